import Kernel
import Testing

@testable import Facilitation

struct PlanningTests {
    private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

    @Test("A weekly meeting comes back every seven days, so many times")
    func weekly() throws {
        let days = Recurrence.weekly.days(from: try day("2026-12-24"), count: 3)
        #expect(days.map(\.description) == ["2026-12-24", "2026-12-31", "2027-01-07"])
    }

    @Test("A monthly meeting keeps its rank in the month, over the end of the year too")
    func monthly() throws {
        let days = Recurrence.monthly.days(from: try day("2026-11-26"), count: 4)
        #expect(days.map(\.description) == ["2026-11-26", "2026-12-24", "2027-01-28", "2027-02-25"])
    }

    @Test("A fifth weekday that a month does not have becomes its last one")
    func fifthWeekday() throws {
        let days = Recurrence.monthly.days(from: try day("2026-10-29"), count: 3)
        #expect(days.map(\.description) == ["2026-10-29", "2026-11-26", "2026-12-31"])
    }

    @Test("A meeting without frequency happens once, whatever the number; no series goes past its limit")
    func bounds() throws {
        #expect(Recurrence.once.days(from: try day("2026-11-26"), count: 9).count == 1)
        #expect(Recurrence.weekly.days(from: try day("2026-11-26"), count: 0).count == 1)
        #expect(Recurrence.weekly.days(from: try day("2026-11-26"), count: 500).count == Recurrence.limit)
    }

    @Test("The template of each type fits into its own length")
    func templates() {
        for type in MeetingType.allCases {
            let template = MeetingTemplate.of(type)
            #expect(template.agenda.reduce(0) { $0 + $1.minutes } <= template.minutes)
            #expect(!template.agenda.isEmpty)
        }
    }
}

struct AgendaTimesTests {
    private let start = Instant(microseconds: 1_796_000_000_000_000)
    private let first = Identifier.derived(from: "first")
    private let second = Identifier.derived(from: "second")

    @Test("Items follow each other from the start, and the clock points at the one that runs")
    func current() {
        let times = AgendaTimes([(first, 10), (second, 20)], from: start)
        #expect(times.slots.map(\.begins) == [start, start.adding(minutes: 10)])
        #expect(times.ends == start.adding(minutes: 30))
        #expect(times.current(at: start.adding(minutes: -5)) == first)
        #expect(times.current(at: start.adding(minutes: 9)) == first)
        #expect(times.current(at: start.adding(minutes: 10)) == second)
        #expect(times.current(at: start.adding(minutes: 90)) == second)
    }

    @Test("Without a start the first item is the one, and an empty agenda points nowhere")
    func unknown() {
        #expect(AgendaTimes([(first, 10), (second, nil)], from: nil).current(at: start) == first)
        #expect(AgendaTimes([], from: start).current(at: start) == nil)
    }
}

struct ParticipantTests {
    @Test("A person is named by one id, of the team or from outside")
    func participant() throws {
        let id = Identifier.derived(from: "somebody")
        var known = FormReader(FormValues([("guest", id.description)]))
        #expect(known.participant() == .guest(id))
        var wrong = FormReader(FormValues([("professional", "x")]))
        #expect(wrong.participant() == nil && wrong.faults.count == 1)
        var nobody = FormReader(FormValues())
        #expect(nobody.participant() == nil && nobody.faults.count == 1)
    }
}

struct SigningWindowTests {
    private let start = Instant(microseconds: 1_796_000_000_000_000)
    private let access = Access(
        channel: .link, account: nil, displayName: "", professional: nil, roles: [], permissions: [], modules: [],
        msp: MspHandle(id: .derived(from: "msp"), slug: "m", name: "M", town: "", timeZone: "Europe/Paris"))

    private func reason(status: String = "CONVENED", sheet: String = "OPEN", at minutes: Int) -> String? {
        SigningWindow(status: status, sheetState: sheet, startsAt: start, plannedMinutes: 60, actualStart: nil, actualEnd: nil)
            .closedReason(now: start.adding(minutes: minutes), access: access)
    }

    @Test("Presence opens two hours before the start and closes twelve hours after the end")
    func window() {
        #expect(reason(at: -121) != nil)
        #expect(reason(at: -119) == nil)
        #expect(reason(at: 60 + 12 * 60) == nil)
        #expect(reason(at: 61 + 12 * 60) != nil)
    }

    @Test("A cancelled meeting, a draft and a locked sheet say why")
    func refused() {
        #expect(reason(status: "CANCELLED", at: 0) != nil)
        #expect(reason(status: "SCHEDULED", at: 0) != nil)
        #expect(reason(sheet: "LOCKED", at: 0) != nil)
    }
}
