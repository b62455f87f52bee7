import HTTPServer

/// An engine that knows the given networks, by identifier, and their endpoints.
struct FakeDocker: HTTPResponder {
    struct Network: Sendable {
        var driver = "swiftvlan"
        /// The endpoints of containers.
        var containers: [String] = []
        /// The endpoints without a container, which only the network's description has.
        var others: [String] = []
    }

    var networks: [String: Network] = [:]
    var status = 200
    /// The reason for another status, as it is in JSON.
    var message = "the engine is starting"
    /// Networks that are in the list and gone when they are asked for.
    var vanishing: Set<String> = []

    func methods(of path: String) -> [HTTPRequest.Method] { [.get] }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let isGone = vanishing.contains { request.path.hasSuffix("/\($0)") }
        return HTTPResponse(
            status: isGone ? 404 : status, contentType: "application/json", body: Array(body(request.path).utf8))
    }

    private func body(_ path: String) -> String {
        guard status == 200 else { return #"{"message":"\#(message)"}"# }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        if let network = networks[name] { return text(name, network) }
        let all = networks.sorted { $0.key < $1.key }
        guard path.hasPrefix("/networks") else { return "[\(all.flatMap(containers).joined(separator: ","))]" }
        return "[\(all.map { text($0.key, Network(driver: $0.value.driver)) }.joined(separator: ","))]"
    }

    private func text(_ id: String, _ network: Network) -> String {
        let endpoints = (network.containers + network.others).enumerated().map { number, endpoint in
            #""c\#(number)":{"Name":"c\#(number)","EndpointID":"\#(endpoint)"}"#
        }
        return """
            {"Id":"\(id)","Name":"\(id.prefix(3))","Driver":"\(network.driver)",\
            "Containers":{\(endpoints.joined(separator: ","))}}
            """
    }

    private func containers(_ id: String, _ network: Network) -> [String] {
        network.containers.map { endpoint in
            """
            {"Id":"\(endpoint)","Names":["/x"],"State":"running","NetworkSettings":{"Networks":{"lan":\
            {"NetworkID":"\(id)","EndpointID":"\(endpoint)"}}}}
            """
        }
    }

    func refusal(status: Int, reason: String) -> HTTPResponse { HTTPResponse(status: status, body: []) }
}
