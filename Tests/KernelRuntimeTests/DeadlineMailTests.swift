import Kernel
import Testing

@testable import KernelRuntime

@Suite("Deadlines: who is told of what by the daily mail, and what a declaration may not say")
struct DeadlineMailTests {
    private let today = CivilDate("2026-11-28") ?? CivilDate(daysSinceEpoch: 0)
    private let me = Identifier.derived(from: "me")
    private let other = Identifier.derived(from: "other")

    private func found(_ days: Int, owner: Identifier?, isOwned: Bool = true, tellsOwner: Bool = true) -> DeadlineMail.Found {
        DeadlineMail.Found(
            deadline: RecordDeadline(
                "due", .field("due_on"), remind: [30, 7], owner: isOwned ? "owner_id" : nil, tellsOwner: tellsOwner, says: "à faire"),
            title: "Ligne \(days)", detail: "Tâche, à faire", until: today.adding(days: days), isOwned: isOwned, owner: owner,
            reading: "x.read", telling: "x.write")
    }

    private func person(_ permissions: Set<String>) -> DeadlineMail.Person {
        DeadlineMail.Person(account: me, firstName: "Claire", email: "claire@exemple.fr", permissions: permissions)
    }

    @Test(
        "one is told so many days before, on the day and on the day after, once",
        arguments: [(31, false), (30, true), (29, false), (8, false), (7, true), (1, false), (0, true), (-1, true), (-2, false)])
    func days(days: Int, isTold: Bool) {
        #expect(DeadlineMail.isTold(found(days, owner: me), after: today.adding(days: -1), today: today) == isTold)
        #expect(!DeadlineMail.isTold(found(days, owner: me), after: today, today: today), "nothing is new on a day that was told")
    }

    @Test("a day that passed without a server is made up for", arguments: [(6, true), (5, true), (4, false), (-4, false), (-3, true)])
    func madeUp(days: Int, isTold: Bool) {
        #expect(DeadlineMail.isTold(found(days, owner: me), after: today.adding(days: -3), today: today) == isTold)
    }

    @Test("the owner is told of what is the owner's, those who are told of the rest of what nobody owns")
    func people() {
        let lines = [
            found(7, owner: me), found(7, owner: other), found(7, owner: nil), found(7, owner: me, tellsOwner: false),
            found(0, owner: nil, isOwned: false),
        ]
        func told(_ permissions: Set<String>) -> [Int] {
            DeadlineMail.lines(for: person(permissions), lines, after: today.adding(days: -1), today: today)
                .map { $0.until.daysSinceEpoch - today.daysSinceEpoch }
        }
        #expect(told(["x.read"]) == [7])
        #expect(told(["x.read", "x.write"]) == [0, 7])
        #expect(told(["x.write"]).isEmpty, "who may not read a record is told nothing of it")
    }

    @Test("a deadline that nothing can carry out is told before the start")
    func faults() {
        func record(_ deadlines: RecordDeadline..., fields: [RecordField] = []) -> RecordType {
            let session = RecordSamples.session
            return RecordType(
                id: session.id, table: session.table, words: session.words, path: session.path, apiPath: session.apiPath,
                fields: session.fields + fields, titleField: session.titleField, columns: session.columns, search: [], order: session.order,
                permissions: session.permissions, workflow: session.workflow, actions: session.actions, deadlines: deadlines)
        }
        func faults(_ deadline: RecordDeadline) -> [String] { DeadlineFaults.of(record(deadline)) }
        #expect(
            faults(
                RecordDeadline(
                    "close", .before("starts_at", .daysIn("seats")), remind: [7], while: ["DRAFT"], where: ["mode": ["VIDEO"]],
                    owner: "organiser_id", doneBy: "hold", says: "à tenir")
            ).isEmpty)
        let wrong = faults(
            RecordDeadline(
                "Close", .before("title", .monthsIn("notes")), remind: [], while: ["NOWHERE"], where: ["title": ["x"]], owner: "contact",
                doneBy: "nothing", says: ""))
        #expect(wrong.count == 8, "\(wrong)")
        let twice = RecordDeadline("a", .field("ends_on"), remind: [], says: "x")
        #expect(DeadlineFaults.of(record(twice, twice)) == ["two deadlines share a name."])
    }

    @Test("a statement bounds the field itself, so that an index narrows what is read")
    func bounds() throws {
        var parameters: [Parameter] = [.id(RecordSamples.msp)]
        let deadline = RecordDeadline("close", .before("ends_on", .monthsIn("seats")), remind: [7], while: ["DRAFT"], says: "à tenir")
        let running = try DeadlineSQL(deadline, RecordSamples.session).running(until: "$1", &parameters)
        #expect(running.conditions.text.contains("\"d\".\"ends_on\" < ($1::date + make_interval(months => $2::integer)"))
        #expect(parameters.contains(.int(500)), "the field holds five hundred at most")
        #expect(running.conditions.text.contains("\"d\".\"status\" = any("))
    }
}
