import DockerAPI
import Migration
import Testing

@Suite("Networks that migrate refuses or leaves alone")
struct MigrationRefusalTests {
    private func refusal(_ names: String..., networks: [DockerNetwork], to target: String? = nil) -> String? {
        do throws(MigrationRefusal) {
            _ = try MigrationPlan(of: names, in: DockerInventory(networks: networks), to: target)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "A network of another kind is refused by its driver's name",
        arguments: ["bridge", "overlay", "host", "null", "weave"])
    func otherDrivers(driver: String) throws {
        let network = try Inspected.network("app", driver: driver, options: [:])
        #expect(
            refusal("app", networks: [network])
                == "network \"app\" has the driver \"\(driver)\", which cannot move to swiftvlan; macvlan and ipvlan can"
        )
        #expect(try MigrationPlan(of: [], in: DockerInventory(networks: [network])).stages == [])
    }

    @Test("A name that Docker does not know, or that several networks have, is refused")
    func names() throws {
        let network = try Inspected.network("lan", driver: "macvlan")
        var other = network
        other.id = "f" + network.id.dropFirst()
        #expect(refusal("wan", networks: [network]) == "Docker has no network \"wan\"; list them: docker network ls")
        #expect(
            refusal("lan", networks: [network, other])
                == "Docker has 2 networks called \"lan\"; use the identifier of one of them")
        #expect(refusal(String(network.id.prefix(12)), networks: [network, other]) == nil)
    }

    @Test("A network that only holds settings is refused with the names of those that use it")
    func configuration() throws {
        let settings = try Inspected.network("node", driver: "null", #""ConfigOnly": true"#)
        var user = try Inspected.network("lan", driver: "macvlan")
        user.configFrom = "node"
        #expect(
            refusal("node", networks: [settings, user])
                == "network \"node\" only holds settings for others; name those: lan")
    }

    @Test("A network of swiftvlan is refused, or left alone, unless it moves to the managed plugin")
    func alreadyThere() throws {
        let network = try Inspected.network("lan", driver: "swiftvlan")
        let inventory = DockerInventory(networks: [network])
        #expect(refusal("lan", networks: [network]) == "network \"lan\" already has the driver \"swiftvlan\"")
        #expect(try MigrationPlan(of: [], in: inventory).networks == [])
        #expect(try MigrationPlan(of: [], in: inventory, to: "swiftvlan:latest").networks == ["lan"])
        #expect(refusal(networks: [network], to: "macvlan") == "driver \"macvlan\" is not swiftvlan")
    }
}
