/// The version of the engine (`GET /version` of the Engine API).
package struct DockerVersion: Decodable, Hashable, Sendable {
    /// Such as `26.1.5+dfsg1`.
    package var version: String
    package var apiVersion: String

    enum CodingKeys: String, CodingKey {
        case version = "Version"
        case apiVersion = "ApiVersion"
    }
}
