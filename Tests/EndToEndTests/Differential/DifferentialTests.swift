import Testing

/// Each story is told with Docker's own driver and with swiftvlan, by the same commands otherwise. What containers have
/// and reach, what the engine tells, what the host has meanwhile and what is left must be the same, unless the story says
/// that it is meant to differ; and then it must differ.
@Suite("Compared with Docker's own drivers", .enabled(if: Bed.current != nil, "\(Bed.absence)"), WithStations())
struct DifferentialTests {
    @Test("the same commands, the same results", arguments: try await Story.tellable)
    func sameResults(of story: Story) async throws {
        let machine = try #require(try await ComparedMachine.current)
        let station = await Stations.shared.take()
        let outcome = try? await machine.bed.attempt(story.program(station: station, functions: machine.functions))
        await Stations.shared.giveBack(station)
        let output = try #require(outcome).output

        let wording = Wording(number: story.number, commands: story.commands)
        let sections = Section.all(in: output)
        let docker = try Observation(side: "docker", in: sections, wording: wording)
        let ours = try Observation(side: "swiftvlan", in: sections, wording: wording)
        let found = ours.differences(from: docker)
        let meant = story.meantLines(engine: machine.engine)
        let remarks = (docker.remarks.map { "docker: \($0)" } + ours.remarks.map { "swiftvlan: \($0)" })
            .joined(separator: "\n")
        #expect(!docker.lines.isEmpty && !ours.lines.isEmpty, "nothing was told:\n\(outcome?.errors ?? "")")
        #expect(ours.left.isEmpty, "something is left on the host")
        let unmeant = found.subtracting(meant).sorted().joined(separator: "\n")
        #expect(unmeant.isEmpty, "not meant to differ (- Docker's, + swiftvlan's):\n\(unmeant)\n\(remarks)")
        let missing = meant.subtracting(found).sorted().joined(separator: "\n")
        #expect(missing.isEmpty, "meant to differ, but does not:\n\(missing)\n\(remarks)")
    }
}

extension Story {
    static let all: [Story] = {
        var stories: [Story] = [macvlan, ipvlan, lifecycles, parents, refusals].flatMap { $0 }
        for position in stories.indices { stories[position].number = 101 + position }
        return stories
    }()

    /// Those that the machine of this run can tell.
    fileprivate static var tellable: [Story] {
        get async throws {
            guard let machine = try await ComparedMachine.current else { return [] }
            return all.filter { $0.impediment(on: machine) == nil }
        }
    }
}
