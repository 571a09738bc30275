import Kernel
import Testing

@testable import KernelRuntime

@Suite("What the door answers")
struct AdmissionTests {
    private let account = "0c000000-0000-7000-8000-000000000001"
    private let version = "0d000000-0000-4000-8000-000000000001"

    private func answer(_ change: (inout [String]) -> Void = { _ in }) -> String {
        var parts = [
            account, "Alice Essai", "", "COORDINATOR,MANAGER", "", "MSP A", "", "Europe/Paris", "f", version,
            "core.task.read,core.task.update",
        ]
        change(&parts)
        return parts.joined(separator: "\u{1F}")
    }

    @Test("Every part is read, and what is empty is nothing")
    func parts() throws {
        let admission = try Admission(answer())
        #expect(admission.account.description == account && admission.displayName == "Alice Essai" && admission.professional == nil)
        #expect(admission.roles == ["COORDINATOR", "MANAGER"] && admission.modules.isEmpty)
        #expect(admission.mspName == "MSP A" && admission.mspTown.isEmpty && admission.mspTimeZone == "Europe/Paris")
        #expect(!admission.isToNote)
        #expect(admission.told?.permissions == ["core.task.read", "core.task.update"])
        #expect(try Admission(answer { $0[8] = "t" }).isToNote)
    }

    @Test("Rights that the caller named are not told, and none at all are told as none")
    func rights() throws {
        #expect(
            try Admission(
                answer {
                    $0[9] = ""
                    $0[10] = ""
                }
            ).told == nil)
        #expect(try Admission(answer { $0[10] = "" }).told?.permissions == [])
    }

    @Test("Nobody enters by half an answer, nor by one with a part too many")
    func unreadable() {
        for wrong in ["", account, answer { $0.removeLast() }, answer { $0.append("core.member.manage") }, answer { $0[0] = "nobody" }] {
            #expect(throws: PostgresError.self) { try Admission(wrong) }
        }
        #expect(throws: PostgresError.self) { try Admission(answer { $0[9] = "some" }) }
        #expect(throws: PostgresError.self) { try Admission(answer { $0[2] = "somebody" }) }
    }
}

@Suite("Rights that are known by their name")
struct KnownRightsTests {
    private let one = NamedRights(version: Identifier("0d000000-0000-4000-8000-000000000001")!, permissions: ["core.task.read"])
    private let other = NamedRights(version: Identifier("0d000000-0000-4000-8000-000000000002")!, permissions: [])
    private let msp = Identifier("0a000000-0000-7000-8000-000000000001")!
    private let second = Identifier("0b000000-0000-7000-8000-000000000001")!

    @Test("They are one credential's in one MSP, and the last that were told")
    func last() {
        let known = KnownRights()
        known.learn(one, of: [1], in: msp)
        #expect(known.last([1], in: msp) == one && known.last([2], in: msp) == nil && known.last([1], in: second) == nil)
        known.learn(other, of: [1], in: msp)
        #expect(known.last([1], in: msp) == other)
    }

    @Test("No more is kept than said")
    func bounded() {
        let places = KnownRights(places: 2)
        for credential: UInt8 in 1...3 { places.learn(one, of: [credential], in: msp) }
        #expect(places.last([1], in: msp) == nil && places.last([3], in: msp) == one)
        let sets = KnownRights(sets: 1)
        for credential: UInt8 in 1...2 { sets.learn(one, of: [credential], in: msp) }
        #expect(sets.last([1], in: msp) == one && sets.last([2], in: msp) == one)
        sets.learn(other, of: [3], in: msp)
        #expect(sets.last([1], in: msp) == nil && sets.last([3], in: msp) == other)
    }
}
