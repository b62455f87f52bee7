import DaemonTestKit
import Foundation
import Glibc
import TestSupport

/// A page in headless Chromium, driven over its remote debugging pipe (chromedevtools.github.io/devtools-protocol).
///
/// The thread that starts it must outlive it (`ChildProcess`).
final class Browser {
    /// The program of Debian's package chromium.
    private static let program = "chromium"
    /// How long Chromium may take for one answer, in milliseconds.
    private static let limit: Int32 = 60_000

    private let process: ChildProcess
    private let requests: Int32
    private let answers: Int32
    private var unread = Data()
    private var number = 0
    private var session = ""
    /// The addresses that the page has requested.
    private(set) var requested: [String] = []
    /// What scripts printed, exceptions, refusals of the content security policy, and dialogs.
    private(set) var complaints: [String] = []

    /// Starts Chromium with an empty page. The launcher is the command that starts the program.
    init(in directory: TemporaryDirectory, launcher: [String] = []) throws {
        let (readsRequests, requests) = try Self.pipe()
        let (answers, writesAnswers) = try Self.pipe()
        (self.requests, self.answers) = (requests, answers)
        defer { for end in [readsRequests, writesAnswers] { close(end) } }
        let flags = [
            "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
            "--disable-dev-shm-usage",
            "--user-data-dir=\(directory.file("browser"))",
        ]
        process = try ChildProcess(
            launcher + ChildProcess.tie + [Self.program] + flags, environment: ["HOME": directory.path],
            descriptors: [readsRequests, writesAnswers], output: directory.file("browser.log"))
        let target = try call("Target.createTarget", ["url": "about:blank"])
        let attached = try call(
            "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true] as [String: Any])
        session = attached["sessionId"] as? String ?? ""
        for domain in ["Page", "Runtime", "Network", "Log"] { try call("\(domain).enable") }
    }

    deinit {
        _ = try? call("Browser.close")
        close(requests)
        close(answers)
        _ = process.exitStatus(within: 10)
    }

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw CallError(call: "pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Opens an address and waits until it is loaded.
    func open(_ address: String) throws {
        try call("Page.navigate", ["url": address])
        try wait(for: "document.readyState === 'complete' && location.href !== 'about:blank'")
    }

    /// Sets the size of the page in CSS pixels, and whether the user prefers dark colors.
    func show(width: Int, height: Int, isDark: Bool = false, scale: Int = 1, isPhone: Bool = false) throws {
        try call(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": scale, "mobile": isPhone] as [String: Any])
        let feature = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
        try call("Emulation.setEmulatedMedia", ["features": [feature]])
    }

    /// Returns the value of a JavaScript expression, or of its promise.
    func value<Value>(_ expression: String, as type: Value.Type = Value.self) throws -> Value {
        let answer = try call(
            "Runtime.evaluate",
            ["expression": expression, "returnByValue": true, "awaitPromise": true] as [String: Any])
        let result = answer["result"] as? [String: Any]
        guard answer["exceptionDetails"] == nil, let value = result?["value"] as? Value else {
            throw ProcessError("\(expression) has no value of type \(type): \(answer)")
        }
        return value
    }

    /// Returns the text of the first element that a selector matches.
    func text(of selector: String) throws -> String {
        try value("document.querySelector('\(selector)').textContent", as: String.self)
    }

    /// Waits until a JavaScript condition holds; throws after a minute.
    func wait(for condition: String) throws {
        guard try eventually(within: 60, { try value("Boolean(\(condition))", as: Bool.self) }) else {
            let shown = try value("document.body.innerText", as: String.self)
            throw ProcessError("\(condition) does not hold; the page shows: \(shown)")
        }
    }

    /// Writes a PNG of what is visible.
    func screenshot(to path: String) throws {
        let answer = try call("Page.captureScreenshot", ["format": "png"])
        let data = (answer["data"] as? String).flatMap { Data(base64Encoded: $0) }
        try writeFile(path, Array(data ?? Data()))
    }

    /// Sends a command and returns its result; notes the events until then.
    @discardableResult
    private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
        number += 1
        var command: [String: Any] = ["id": number, "method": method, "params": parameters]
        if !session.isEmpty { command["sessionId"] = session }
        try write(try JSONSerialization.data(withJSONObject: command) + [0])
        while true {
            let message = try nextMessage()
            if let event = message["method"] as? String {
                try note(event, message["params"] as? [String: Any] ?? [:])
            } else if message["id"] as? Int == number {
                guard let result = message["result"] as? [String: Any] else {
                    throw ProcessError("\(method) failed: \(message)")
                }
                return result
            }
        }
    }

    private func note(_ event: String, _ parameters: [String: Any]) throws {
        switch event {
        case "Network.requestWillBeSent":
            if let url = (parameters["request"] as? [String: Any])?["url"] as? String { requested.append(url) }
        case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening":
            complaints.append("\(event): \(parameters)")
        case "Log.entryAdded":
            let entry = parameters["entry"] as? [String: Any]
            // Requests that fail are the subject of some tests; Chromium reports each as an entry.
            if entry?["source"] as? String != "network" { complaints.append("\(event): \(parameters)") }
        default: break
        }
    }

    private func write(_ data: Data) throws {
        var rest = Array(data)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(requests, $0.baseAddress, $0.count) }
            guard count > 0 else { throw ProcessError("Chromium has ended: \(process.output)") }
            rest = rest.dropFirst(count)
        }
    }

    private func nextMessage() throws -> [String: Any] {
        while true {
            if let end = unread.firstIndex(of: 0) {
                let message = unread[unread.startIndex..<end]
                unread = Data(unread[(end + 1)...])
                return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
            }
            var descriptor = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            guard poll(&descriptor, 1, Self.limit) == 1, case let count = read(answers, &buffer, buffer.count),
                count > 0
            else { throw ProcessError("Chromium does not answer: \(process.output)") }
            unread.append(contentsOf: buffer[..<count])
        }
    }
}
