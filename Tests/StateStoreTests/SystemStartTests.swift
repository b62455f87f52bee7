import DriverCore
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("System start time")
struct SystemStartTests {
    @Test("The system start is that of the first daemon in the system, whatever starts later")
    func first() throws {
        let place = try StoreFixture()
        for now in [100, 100, 160, 4000] {
            let store = try place.open()
            #expect(store.firstStart(inSystem: 7, now: .seconds(now)) == .seconds(100))
            try expect(store.load().unreadable, equals: [])
        }
    }

    @Test("The system start is recorded even without a network namespace number")
    func oldKernel() throws {
        let place = try StoreFixture()
        let store = try place.open()
        #expect(store.firstStart(inSystem: 0, now: .seconds(5)) == .seconds(5))
        #expect(store.firstStart(inSystem: 0, now: .seconds(50)) == .seconds(5))
    }

    @Test(
        "A recorded start from another system, or from before a reboot, is ignored",
        arguments: [(8, 200), (7, 99)])
    func left(system: UInt64, now: Int) throws {
        let place = try StoreFixture()
        let store = try place.open()
        #expect(store.firstStart(inSystem: 7, now: .seconds(100)) == .seconds(100))
        #expect(store.firstStart(inSystem: system, now: .seconds(now)) == .seconds(now))
        #expect(store.firstStart(inSystem: system, now: .seconds(now + 10)) == .seconds(now))
    }

    @Test(
        "A damaged record of the start is ignored and replaced",
        arguments: [
            "", "7", "7 100", "7 10", "7 x\n", "x 100\n", "7 100 1\n", String(repeating: "7", count: 100) + "\n",
        ])
    func damaged(_ text: String) throws {
        let place = try StoreFixture()
        let store = try place.open()
        try writeFile("\(place.runtime)/started", Array(text.utf8))
        #expect(store.firstStart(inSystem: 7, now: .seconds(200)) == .seconds(200))
        try expect(readTextFile("\(place.runtime)/started"), equals: "7 200\n")
    }

    @Test("The system start is now if its record can be neither read nor written")
    func unwritable() throws {
        let place = try StoreFixture()
        let store = try place.open()
        // A directory in place of the file can be neither.
        #expect(mkdir("\(place.runtime)/started", 0o700) == 0)
        #expect(store.firstStart(inSystem: 7, now: .seconds(200)) == .seconds(200))
        #expect(store.firstStart(inSystem: 7, now: .seconds(300)) == .seconds(300))
    }
}
