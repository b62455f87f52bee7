package import ControlAPI

/// Writes one HTML file with the picture and a table of all networks: no script, and nothing from elsewhere.
package struct HTMLTopology {
    /// Returns the page. The table is complete even if the tree is shortened.
    package static func text(_ tree: TopologyTree, _ status: StatusDocument, _ caption: TopologyCaption) -> String {
        let faults = LinkFaults(status.links)
        let rows = status.networks.map { row($0, faults) }.joined(separator: "\n")
        let unreadable = status.unreadable.map { "<li>\(MarkupText.escaped($0))</li>" }.joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>swiftvlan topology</title>
            <style>
            \(style)</style>
            </head>
            <body>
            <h1>swiftvlan topology</h1>
            <p>\(MarkupText.escaped(status.summary))</p>
            <p class="note">\(MarkupText.escaped(caption.text))</p>
            <div class="picture">
            \(SVGTopology.text(tree))</div>
            \(note(tree))<h2>Networks</h2>
            <div class="scroll">
            <table>
            <thead><tr>\(header)</tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table>
            </div>
            \(unreadable.isEmpty ? "" : "<h2>Unreadable records</h2>\n<ul>\(unreadable)</ul>\n")</body>
            </html>

            """
    }

    private static let header = ["Network", "Parent", "Kind", "Subnets", "Containers", "State"].map {
        "<th scope=\"col\">\($0)</th>"
    }.joined()

    private static func note(_ tree: TopologyTree) -> String {
        tree.isShortened ? "<p class=\"note\">The picture is shortened; the table shows everything.</p>\n" : ""
    }

    private static func row(_ network: NetworkDocument, _ faults: LinkFaults) -> String {
        let kind = [network.kind, network.mode] + (network.flag.map { [$0] } ?? [])
        let endpoints = network.endpoints.map { endpoint in
            let conflicts = endpoint.conflicts.map { "\($0.address) is also at \($0.macAddress)" }
            return ([endpoint.label] + endpoint.addresses + conflicts).joined(separator: " ")
        }
        let cells = [
            list([network.parent]), list([kind.joined(separator: " ") + (network.isInternal ? ", internal" : "")]),
            list(network.subnets.map { network.words($0, gateway: " via ") }),
            list(endpoints),
        ].map { "<td>\($0)</td>" }.joined()
        let name = faults.link(below: network) == nil ? network.state.name : .waiting
        let state = "<td class=\"\(name.rawValue)\">\(list([faults.state(of: network)]))</td>"
        return "<tr><th scope=\"row\">\(list([network.label]))</th>\(cells)\(state)</tr>"
    }

    private static func list(_ lines: [String]) -> String {
        lines.map(MarkupText.escaped).joined(separator: "<br>")
    }

    private static let style = """
        :root{color-scheme:light dark}
        body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;\
        margin:24px auto;max-width:1200px;padding:0 16px;color:#1f2328;background:#fff}
        h1{font-size:22px}
        h2{font-size:18px;margin-top:32px}
        .picture,.scroll{overflow-x:auto}
        .note{color:#59636e}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid #d1d9e0}
        .ok{color:#1a7f37}
        .waiting{color:#845306}
        .blocked{color:#b81a25}
        tr{break-inside:avoid}
        @media screen and (prefers-color-scheme:dark){
        body{color:#f0f6fc;background:#0d1117}
        th,td{border-color:#3d444d}
        .note{color:#9198a1}
        .ok{color:#3fb950}
        .waiting{color:#e3b341}
        .blocked{color:#ff8078}
        }

        """
}
