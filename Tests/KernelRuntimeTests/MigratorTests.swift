import Kernel
import Testing

@testable import KernelRuntime

@Suite("Migrations")
struct MigratorTests {
    private let expected = [
        (module: "kernel", migration: Migration(name: "20260101000000_a", sql: "select 1")),
        (module: "kernel", migration: Migration(name: "20260102000000_b", sql: "select 2")),
    ]

    private func applied(_ name: String, _ sql: String) -> (module: String, name: String, checksum: String) {
        (module: "kernel", name: name, checksum: Migrator.checksum(Migration(name: name, sql: sql)))
    }

    @Test("an empty database lacks everything, and says which command mends it")
    func emptyDatabase() {
        let steps = Migrator.compare(expected: expected, applied: [])
        #expect(steps.map(\.state) == [.pending, .pending])
        #expect(Migrator.faults(steps).allSatisfy { $0.contains("collectif migrate") })
    }

    @Test("a database that has everything has no fault")
    func upToDate() {
        let steps = Migrator.compare(
            expected: expected, applied: [applied("20260101000000_a", "select 1"), applied("20260102000000_b", "select 2")])
        #expect(Migrator.faults(steps) == [])
    }

    @Test("a file edited after it was applied is told apart from a pending one")
    func changedFile() {
        let steps = Migrator.compare(expected: expected, applied: [applied("20260101000000_a", "select 99")])
        #expect(steps.map(\.state) == [.changed, .pending])
    }

    @Test("a database newer than the build is recognised")
    func newerDatabase() {
        let steps = Migrator.compare(
            expected: expected,
            applied: [
                applied("20260101000000_a", "select 1"), applied("20260102000000_b", "select 2"), applied("20260103000000_c", "select 3"),
            ])
        #expect(steps.last?.state == .unknown)
        #expect(Migrator.faults(steps).first?.contains("newer than this build") == true)
    }
}
