import Kernel
import Testing

@Suite("Deadlines: the day, and how one stands")
struct DeadlineTests {
    private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

    private func deadline(_ day: RecordDeadline.Day, while states: Set<String>? = nil, where codes: [String: Set<String>] = [:])
        -> RecordDeadline
    {
        RecordDeadline("notice", day, remind: [60, 30, 7], while: states, where: codes, says: "à dénoncer")
    }

    @Test(
        "months are those of the calendar and end with a shorter one, as in the database",
        arguments: [
            ("2027-03-31", -1, "2027-02-28"), ("2028-03-31", -1, "2028-02-29"), ("2026-01-15", -1, "2025-12-15"),
            ("2026-11-30", 3, "2027-02-28"), ("2026-05-31", 13, "2027-06-30"), ("2026-12-31", 0, "2026-12-31"),
            ("2024-02-29", -12, "2023-02-28"), ("2026-01-01", -25, "2023-12-01"),
        ])
    func months(from: String, months: Int, to: String) throws {
        #expect(try day(from).adding(months: months) == day(to))
    }

    @Test("a day comes before or after a field by a fixed length or by one that a field holds")
    func lengths() throws {
        let values = RecordValues(["ends_on": .date(try day("2027-06-30")), "notice_months": .integer(3), "grace": .integer(10)])
        func date(_ day: RecordDeadline.Day) -> CivilDate? { deadline(day).date(values, zone: "Europe/Paris") }
        #expect(try date(.field("ends_on")) == day("2027-06-30"))
        #expect(try date(.before("ends_on", .monthsIn("notice_months"))) == day("2027-03-30"))
        #expect(try date(.before("ends_on", .months(1))) == day("2027-05-30"))
        #expect(try date(.after("ends_on", .daysIn("grace"))) == day("2027-07-10"))
        #expect(try date(.before("ends_on", .days(30))) == day("2027-05-31"))
    }

    @Test("an empty field gives no day")
    func empty() throws {
        let values = RecordValues(["ends_on": .date(try day("2027-06-30"))])
        #expect(deadline(.before("ends_on", .monthsIn("notice_months"))).date(values, zone: "Europe/Paris") == nil)
        #expect(deadline(.field("starts_on")).date(values, zone: "Europe/Paris") == nil)
    }

    @Test("the day of an instant is that of the clocks of the structure")
    func zones() throws {
        let late = try #require(Instant(iso8601: "2026-11-28T21:30:00Z"))
        let values = RecordValues(["held_at": .instant(late)])
        #expect(try deadline(.field("held_at")).date(values, zone: "Europe/Paris") == day("2026-11-28"))
        #expect(try deadline(.field("held_at")).date(values, zone: "Indian/Reunion") == day("2026-11-29"))
        #expect(try deadline(.after("held_at", .days(7))).date(values, zone: "America/Martinique") == day("2026-12-05"))
    }

    @Test("it runs in its states and with its codes alone")
    func running() {
        let some = deadline(.field("due_on"), while: ["RUNNING"], where: ["kind": ["ACTION"]])
        #expect(some.runs(RecordValues(["kind": .text("ACTION")]), state: "RUNNING"))
        #expect(!some.runs(RecordValues(["kind": .text("ACTION")]), state: "ENDED"))
        #expect(!some.runs(RecordValues(["kind": .text("INFO")]), state: "RUNNING"))
        #expect(!some.runs(RecordValues(), state: "RUNNING"))
        #expect(!some.runs(RecordValues(["kind": .text("ACTION")]), state: nil))
        #expect(deadline(.field("due_on")).runs(RecordValues(), state: nil))
    }

    @Test("what was said counts for its day alone")
    func marks() throws {
        let (due, later) = (try day("2026-12-01"), try day("2026-12-20"))
        let some = deadline(.field("due_on"))
        func standing(_ field: CivilDate, _ marks: DeadlineMark...) -> DeadlineStanding? {
            DeadlineStanding(some, RecordValues(["due_on": .date(field)]), state: nil, marks: marks, zone: "Europe/Paris")
        }
        let putOff = DeadlineMark(deadline: "notice", due: due, putOffTo: later, reason: "Attente")
        #expect(standing(due, putOff)?.until == later)
        #expect(try standing(day("2026-12-02"), putOff)?.until == day("2026-12-02"))
        #expect(standing(due, DeadlineMark(deadline: "other", due: due, putOffTo: later))?.until == due)
        let done = DeadlineMark(deadline: "notice", due: due, doneOn: due)
        #expect(standing(due, done)?.isDone == true && standing(due, done)?.isNear(due) == false)
        #expect(standing(later, done)?.isDone == false)
    }

    @Test(
        "how far it is, in French",
        arguments: [
            ("2026-11-25", "à dénoncer, en retard de 3 jours", Tone.stop), ("2026-11-27", "à dénoncer, en retard de 1 jour", .stop),
            ("2026-11-28", "à dénoncer aujourd’hui", .warn), ("2026-11-29", "à dénoncer demain", .warn),
            ("2026-12-05", "à dénoncer dans 7 jours", .warn), ("2026-12-06", "à dénoncer dans 8 jours", .note),
        ])
    func words(due: String, words: String, tone: Tone) throws {
        let today = try day("2026-11-28")
        let standing = try #require(
            DeadlineStanding(
                deadline(.field("due_on")), RecordValues(["due_on": .date(try day(due))]), state: nil, marks: [], zone: "Europe/Paris"))
        #expect(standing.words(today).replacing("\u{A0}", with: " ") == words && standing.tone(today) == tone)
    }

    @Test("it is near within its horizon, late ever after")
    func near() throws {
        let standing = try #require(
            DeadlineStanding(
                deadline(.field("due_on")), RecordValues(["due_on": .date(try day("2027-03-01"))]), state: nil, marks: [],
                zone: "Europe/Paris"))
        #expect(try !standing.isNear(day("2026-12-30")) && standing.isNear(day("2026-12-31")) && standing.isNear(day("2029-01-01")))
    }

    @Test("its acts are actions of the record, but for what an action of the record's own does")
    func acts() {
        let permissions = RecordPermissions(read: "x.read", create: nil, update: "x.write", archive: nil)
        func record(_ deadline: RecordDeadline) -> RecordType {
            RecordType(
                id: "x.thing", table: "x.thing", words: RecordWords("chose", "choses", isFeminine: true, purpose: "Des choses."),
                path: "choses", apiPath: "things", fields: [RecordField("title", .text(max: 9), label: "Nom")], titleField: "title",
                columns: ["title"], search: [], order: RecordOrder("title"), permissions: permissions, deadlines: [deadline])
        }
        let all = record(deadline(.field("due_on"), while: ["OPEN"])).actions
        #expect(all.map(\.id) == ["notice_done", "notice_put_off", "notice_reopen"])
        #expect(all.map(\.apiPath) == ["deadlines/notice/done", "deadlines/notice/put-off", "deadlines/notice/reopen"])
        #expect(all[0].from == ["OPEN"] && all[1].from == ["OPEN"] && all.allSatisfy { $0.permission == "x.write" && !$0.isListed })
        let own = RecordDeadline("notice", .field("due_on"), remind: [], acting: "x.progress", doneBy: "finish", says: "à faire")
        #expect(record(own).actions.map(\.id) == ["notice_put_off", "notice_reopen"])
        #expect(record(own).actions.allSatisfy { $0.permission == "x.progress" })
    }
}
