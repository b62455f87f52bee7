// The page of swiftvlan's daemon. It shows GET /v1/status and /v1/events and follows both with long polls.
// Everything from the daemon becomes text by textContent, never markup: names of links may contain any character.
"use strict";

(() => {
    const waitSeconds = 25; // the daemon allows 30
    const rowsPerStep = 100; // of up to 4,000 networks
    const endpointsShown = 8;
    const eventsShown = 100;
    const longestPause = 10000;

    const byId = (id) => document.getElementById(id);
    const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

    function element(name, className, text) {
        const node = document.createElement(name);
        if (className) node.className = className;
        if (text !== undefined) node.textContent = text;
        return node;
    }

    function setText(node, text) {
        if (node.textContent !== text) node.textContent = text;
    }

    // Polls

    const silent = new Set(); // the paths that do not answer

    function report(path, isAnswering) {
        if (isAnswering) silent.delete(path); else silent.add(path);
        const banner = byId("banner");
        if (silent.size === 0) {
            banner.hidden = true;
            banner.textContent = "";
        } else if (banner.hidden) {
            banner.hidden = false;
            banner.textContent = "The daemon does not answer. This is its last known state; trying again.";
        }
    }

    // A page in the background asks for nothing.
    function visible() {
        if (!document.hidden) return Promise.resolve();
        return new Promise((resolve) => {
            document.addEventListener("visibilitychange", function check() {
                if (document.hidden) return;
                document.removeEventListener("visibilitychange", check);
                resolve();
            });
        });
    }

    // Asks for what is new after a mark, again and again; show() returns the next mark.
    async function follow(path, show) {
        let mark = null;
        let pause = 500;
        for (;;) {
            await visible();
            const started = performance.now();
            try {
                const query = mark === null ? "" : `?after=${encodeURIComponent(mark)}&wait=${waitSeconds}`;
                const limit = AbortSignal.timeout((waitSeconds + 10) * 1000);
                const answer = await fetch(path + query, { signal: limit, cache: "no-store" });
                if (answer.status !== 304 && !answer.ok) throw new Error(`status ${answer.status}`);
                const old = mark;
                if (answer.status !== 304) mark = show(await answer.json());
                report(path, true);
                pause = 500;
                // An answer without news that comes early would make this loop busy.
                if (mark === old && performance.now() - started < 1000) await sleep(1000);
            } catch (error) {
                report(path, false);
                await sleep(pause);
                pause = Math.min(pause * 2, longestPause);
                // Another daemon may answer, so the whole state is asked for.
                if (path === "/v1/status") mark = null;
            }
        }
    }

    // Networks

    let networks = [];
    let links = new Map(); // by name
    let limit = rowsPerStep;
    const rows = new Map(); // by identifier: the row and the text that it was made from
    let isFirst = true;

    const label = (document) => document.name || document.container || document.id.slice(0, 12);
    const vlans = (network) => network.vlans.join(".");
    const kind = (network) =>
        [network.kind, network.mode, network.flag].filter(Boolean).join(" ") + (network.isInternal ? ", internal" : "");
    const conflicts = (network) => network.endpoints.reduce((sum, endpoint) => sum + endpoint.conflicts.length, 0);

    // The lowest link below a network that is down or has no carrier, as `swiftvlan status` says it.
    function fault(network) {
        if (network.state.name !== "ok") return "";
        let words = "";
        let link = links.get(network.parent);
        for (let depth = 0; link && depth < 8; depth += 1) { // the kernel stacks no more links
            if (link.exists && !link.isUp) words = `${link.name} is down`;
            else if (link.exists && !link.hasCarrier) words = `${link.name} has no carrier`;
            link = links.get(link.lower);
        }
        return words;
    }

    function state(network) {
        if (network.state.name === "waiting") return `waiting for ${network.state.link || "its parent"}`;
        if (network.state.name === "blocked") return "blocked";
        const words = fault(network) || "ok";
        return conflicts(network) ? `${words}, address conflict` : words;
    }

    function urgency(network) {
        return { blocked: 0, waiting: 1 }[network.state.name] ?? (fault(network) ? 2 : conflicts(network) ? 3 : 4);
    }

    const collator = new Intl.Collator("en", { numeric: true });

    function compare(one, other) {
        return urgency(one) - urgency(other) || collator.compare(one.parent, other.parent)
            || collator.compare(label(one), label(other)) || (one.id < other.id ? -1 : 1);
    }

    function searchText(network) {
        const words = [
            network.id, network.name, network.parent, network.lowestLink, kind(network), state(network),
            network.state.reason, ...network.vlans.map((id) => `vlan ${id}`), ...network.subnets.map((pool) => pool.subnet),
        ];
        for (const endpoint of network.endpoints) {
            words.push(endpoint.id, endpoint.container, endpoint.macAddress, ...endpoint.addresses);
        }
        return words.filter(Boolean).join(" ").toLowerCase();
    }

    function cell(labelText, lines, className) {
        const node = element("td", lines.length ? className : "empty");
        node.setAttribute("role", "cell");
        node.dataset.label = labelText;
        const box = node.appendChild(element("div"));
        for (const line of lines) box.appendChild(line instanceof Node ? line : element("div", "", line));
        return node;
    }

    function stateCell(network) {
        const problem = fault(network) ? "fault" : conflicts(network) ? "conflict" : "ok";
        const name = network.state.name === "ok" ? problem : network.state.name;
        const lines = [element("span", `state ${name}`, state(network))];
        if (network.state.reason) lines.push(element("div", "reason", network.state.reason));
        return cell("State", lines);
    }

    function nameCell(network) {
        const node = element("th");
        node.scope = "row";
        node.setAttribute("role", "rowheader");
        node.dataset.label = "Network";
        const box = node.appendChild(element("div"));
        box.appendChild(element("div", network.name ? "" : "address", label(network))).title = network.id;
        return node;
    }

    function endpointItem(endpoint) {
        const item = element("li");
        item.appendChild(element("span", endpoint.container ? "" : "address", label(endpoint))).title = endpoint.id;
        for (const address of endpoint.addresses) item.appendChild(element("span", "address", address.split("/")[0]));
        if (!endpoint.hasJoined) item.appendChild(element("span", "second", "not started"));
        for (const conflict of endpoint.conflicts) {
            item.appendChild(
                element("span", "warning", `conflict: ${conflict.address} is also at ${conflict.macAddress}`));
        }
        return item;
    }

    function endpointList(endpoints) {
        const list = element("ul", "endpoints");
        for (const endpoint of endpoints) list.appendChild(endpointItem(endpoint));
        return list;
    }

    function endpointsCell(network, isOpen) {
        const first = network.endpoints.slice(0, endpointsShown);
        const rest = network.endpoints.slice(endpointsShown);
        const lines = first.length ? [endpointList(first)] : [];
        if (rest.length) {
            const details = element("details");
            details.appendChild(element("summary", "", `and ${rest.length} more`));
            // Hundreds of containers are added only when the list is opened.
            const fill = () => { if (details.open && !details.querySelector("ul")) details.append(endpointList(rest)); };
            details.addEventListener("toggle", fill);
            details.open = isOpen;
            fill();
            lines.push(details);
        }
        return cell("Containers", lines);
    }

    function subnetLines(network) {
        return network.subnets.map((pool) => {
            const line = element("div", "address", pool.subnet);
            // Containers of a layer 3 network have no gateway.
            if (pool.gateway && !network.mode.startsWith("l3")) line.title = `gateway ${pool.gateway}`;
            return line;
        });
    }

    function parentLines(network) {
        const access = network.hostAccess;
        const lines = [network.parent];
        if (access) lines.push(element("div", "second", access.shim ? `host access: ${access.shim}` : "no host access yet"));
        return lines;
    }

    function fillRow(row, network) {
        const isOpen = row.querySelector("details")?.open ?? false;
        row.replaceChildren(
            stateCell(network), nameCell(network), cell("Parent", parentLines(network)),
            cell("VLAN", network.vlans.length ? [vlans(network)] : []), cell("Kind", [kind(network)]),
            cell("Subnets", subnetLines(network)), endpointsCell(network, isOpen));
    }

    // Returns the row of a network, and changes it only if the network or a fault below it has changed.
    function rowOf(network) {
        const text = JSON.stringify([network, fault(network)]);
        let entry = rows.get(network.id);
        if (!entry) {
            entry = { row: element("tr", isFirst ? "" : "new"), text: "" };
            entry.row.setAttribute("role", "row");
            entry.row.dataset.network = network.id;
            rows.set(network.id, entry);
        }
        if (entry.text !== text) {
            fillRow(entry.row, network);
            entry.text = text;
        }
        return entry.row;
    }

    function showNetworks() {
        const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
        const matches = words.length
            ? networks.filter((network) => words.every((word) => network.search.includes(word))) : networks;
        const body = byId("rows");
        const kept = new Set();
        let next = body.firstElementChild;
        for (const entry of matches.slice(0, limit)) {
            kept.add(entry.document.id);
            const row = rowOf(entry.document);
            // A row in its place is not touched, so that focus, selection and scroll position stay.
            if (row === next) next = next.nextElementSibling; else body.insertBefore(row, next);
        }
        for (const [id, entry] of rows) {
            if (kept.has(id)) continue;
            entry.row.remove();
            rows.delete(id);
        }
        const total = networks.length;
        setText(byId("count"), words.length ? `${matches.length} of ${total}` : `${total}`);
        const none = byId("none");
        none.hidden = matches.length > 0;
        setText(none, total ? "No network matches the filter." : "There are no networks.");
        byId("networks").hidden = matches.length === 0;
        const more = byId("more");
        more.hidden = matches.length <= limit;
        setText(more, `Show ${Math.min(rowsPerStep, matches.length - limit)} more of ${matches.length}`);
    }

    // Status

    let shownPicture = null;

    function showPicture(revision) {
        if (shownPicture === revision) return;
        shownPicture = revision;
        const image = byId("topology");
        const fresh = new Image();
        fresh.src = `/topology.svg?revision=${encodeURIComponent(revision)}`;
        // The old picture stays until the new one can be drawn.
        fresh.decode().then(() => {
            if (shownPicture !== revision) return;
            image.src = fresh.src;
            image.hidden = false;
        }, () => { if (shownPicture === revision) shownPicture = null; });
    }

    function showDaemon(daemon) {
        if (!daemon) return setText(byId("daemon"), "");
        const start = new Date(daemon.startedAt * 1000).toLocaleString();
        setText(byId("daemon"), `version ${daemon.version}, running since ${start}`);
    }

    function showUnreadable(sentences) {
        byId("unreadable-section").hidden = sentences.length === 0;
        byId("unreadable").replaceChildren(...sentences.map((sentence) => element("li", "", sentence)));
    }

    function showStatus(status) {
        setText(byId("summary"), status.summary);
        showDaemon(status.daemon);
        showUnreadable(status.unreadable);
        links = new Map(status.links.map((link) => [link.name, link]));
        networks = status.networks.sort(compare).map((document) => ({ document, search: searchText(document) }));
        showNetworks();
        showPicture(status.revision);
        isFirst = false;
        document.documentElement.dataset.revision = status.revision;
        return status.revision;
    }

    // Events

    function eventItem(event) {
        const item = element("li");
        const date = new Date(event.time * 1000);
        const time = item.appendChild(element("time", "", date.toLocaleString()));
        time.dateTime = date.toISOString();
        item.appendChild(element("span", `level ${event.level}`, event.level));
        const box = item.appendChild(element("div"));
        box.appendChild(element("div", "", event.message));
        const names = Object.keys(event.fields).sort();
        if (names.length) {
            const fields = box.appendChild(element("div", "fields"));
            for (const name of names) fields.appendChild(element("span", "", `${name}=${event.fields[name]}`));
        }
        return item;
    }

    function showEvents(answer) {
        const list = byId("events");
        for (const event of answer.events.slice(-eventsShown)) list.prepend(eventItem(event));
        while (list.children.length > eventsShown) list.lastElementChild.remove();
        setText(byId("no-events"), "No events yet.");
        byId("no-events").hidden = list.children.length > 0;
        return String(answer.next);
    }

    byId("filter").addEventListener("input", () => {
        limit = rowsPerStep;
        showNetworks();
    });
    byId("more").addEventListener("click", () => {
        limit += rowsPerStep;
        showNetworks();
    });
    follow("/v1/status", showStatus);
    follow("/v1/events", showEvents);
})();
