import Kernel
import Testing

@testable import Facilitation

@Suite("Rules of a meeting")
struct MeetingRulesTests {
    private func notice(
        starts: Instant? = Instant(microseconds: 0), room: Bool = true, place: String? = nil, video: String? = nil, items: Int = 1,
        invitees: Int = 1
    ) -> MeetingGuards.Notice {
        MeetingGuards.Notice(startsAt: starts, hasRoom: room, place: place, videoURL: video, agendaItems: items, invitees: invitees)
    }

    @Test("A notice leaves with a date, a place, one item and one person")
    func completeNotice() {
        #expect(MeetingGuards.faultsBeforeNotice(notice()).isEmpty)
        #expect(MeetingGuards.faultsBeforeNotice(notice(room: false, place: "Mairie")).isEmpty)
        #expect(MeetingGuards.faultsBeforeNotice(notice(room: false, video: "https://visio.example")).isEmpty)
    }

    @Test("Everything that a notice lacks is told at once")
    func incompleteNotice() {
        let faults = MeetingGuards.faultsBeforeNotice(notice(starts: nil, room: false, items: 0, invitees: 0))
        #expect(faults.map(\.field) == ["starts_at", "place", "agenda", "invitees"])
    }

    @Test(
        "Closing asks for a locked sheet and published minutes",
        arguments: [
            ("OPEN", "PUBLISHED", 1), ("REOPENED", "PUBLISHED", 1), ("LOCKED", "DRAFT", 1), ("LOCKED", "IN_REVIEW", 1),
            ("OPEN", "DRAFT", 2), ("LOCKED", "PUBLISHED", 0), ("LOCKED", "APPROVED", 0),
        ])
    func closing(sheet: String, minutes: String, faults: Int) {
        #expect(MeetingGuards.faultsBeforeClosing(sheetState: sheet, minutesStatus: minutes).count == faults)
    }

    @Test("Closing without any minutes is refused")
    func closingWithoutMinutes() {
        #expect(MeetingGuards.faultsBeforeClosing(sheetState: "LOCKED", minutesStatus: nil).count == 1)
    }

    @Test("A meeting goes from draft to closed, and may be cancelled until it is held")
    func workflow() throws {
        let path: [MeetingStatus] = [.draft, .scheduled, .convened, .held, .closed]
        let workflow = try #require(MeetingRecord.record.workflow)
        func mayPass(from: MeetingStatus, to: MeetingStatus) -> Bool { workflow.allows(from: from.rawValue, to: to.rawValue) }
        for (from, to) in zip(path, path.dropFirst()) { #expect(mayPass(from: from, to: to)) }
        #expect(mayPass(from: .convened, to: .cancelled))
        #expect(!mayPass(from: .held, to: .cancelled))
        #expect(!mayPass(from: .draft, to: .convened))
        #expect(mayPass(from: .closed, to: .held), "a reopened sheet opens the meeting again")
        #expect(!mayPass(from: .closed, to: .cancelled))
        #expect(!mayPass(from: .cancelled, to: .scheduled))
    }

    @Test("Minutes change until they are published")
    func minutesWorkflow() {
        #expect(MinutesWorkflow.isEditable(nil) && MinutesWorkflow.isEditable("DRAFT") && MinutesWorkflow.isEditable("IN_REVIEW"))
        #expect(!MinutesWorkflow.isEditable("PUBLISHED") && !MinutesWorkflow.isEditable("APPROVED"))
    }

    @Test("A type brings its proof and its indemnity")
    func types() {
        #expect(MeetingType.rcp.isIndemnifiable && MeetingType.rcp.proof == .aci)
        #expect(!MeetingType.convivial.isIndemnifiable && MeetingType.convivial.proof == .none)
        #expect(MeetingType.ago.proof == .register && !MeetingType.ago.isIndemnifiable)
        #expect(MeetingType.of("X_ATELIER") == .other)
    }

    @Test("A meeting nobody named is called by its type and its day")
    func title() throws {
        let day = try #require(CivilDate("2026-03-12"))
        #expect(MeetingTitle.text(type: .team, day: day) == "Réunion d’équipe du " + French.mediumDate(day))
        #expect(MeetingTitle.text(type: .team, day: nil) == "Réunion d’équipe")
    }

    @Test("A notice that leaves late is advised against")
    func noticeDelay() throws {
        let today = try #require(CivilDate("2026-11-21"))
        #expect(NoticeDelay.advice(type: .team, today: today, meeting: today.adding(days: 15)) == nil)
        #expect(
            NoticeDelay.advice(type: .team, today: today, meeting: today.adding(days: 14)) == "Le délai conseillé est de 15\u{00A0}jours.")
        #expect(NoticeDelay.advice(type: .ago, today: today, meeting: today.adding(days: 3)) == nil, "a rule, no advice")
    }

    @Test("An assembly is convened so many full days before, or every associate waives the delay by name")
    func assembly() throws {
        let sent = try #require(CivilDate("2026-11-21"))
        func refusal(_ type: MeetingType, _ days: Int, _ missing: [String] = ["Claire Martin"], associates: Int = 2) -> Refusal? {
            AssemblyNotice.refusal(
                type: type, sent: sent, meeting: sent.adding(days: days), days: 15, associates: associates, missing: missing)
        }
        // Fifteen full days: neither the day of sending nor the day of the assembly counts.
        #expect(refusal(.ago, 16) == nil)
        #expect(refusal(.ago, 15)?.code == "assembly_notice_too_short")
        #expect(refusal(.ago, 3)?.message.contains("Claire Martin") == true)
        #expect(refusal(.ago, 3, []) == nil)
        #expect(refusal(.agMixte, 3, [], associates: 0) != nil, "nobody to waive it")
        #expect(refusal(.team, 1) == nil)
    }

    @Test("A meeting of two seconds, on another day or with a situation left out is asked back, once")
    func doubts() throws {
        let day = try #require(CivilDate("2026-11-21"))
        func facts(_ minutes: Int, planned: Int = 60, on other: CivilDate? = nil, cases: [(String, Bool)] = [("A-26-001", true)])
            -> MeetingDoubt.Facts
        {
            MeetingDoubt.Facts(
                type: .rcp, plannedMinutes: planned, plannedDay: other ?? day, day: day, minutes: minutes,
                cases: cases.map { (code: $0.0, isWritten: $0.1) })
        }
        #expect(MeetingDoubt.aboutTime(facts(0)).map(\.code) == ["too_short"])
        #expect(MeetingDoubt.aboutTime(facts(15)).isEmpty && MeetingDoubt.aboutTime(facts(180)).isEmpty)
        #expect(MeetingDoubt.aboutTime(facts(181)).map(\.code) == ["too_long"])
        #expect(MeetingDoubt.aboutTime(facts(60, on: day.adding(days: 1))).map(\.code) == ["other_day"])
        var hasty = facts(56)
        hasty.short = 2
        #expect(MeetingDoubt.aboutTime(hasty).map(\.code) == ["short_presence:2"])
        #expect(MeetingDoubt.aboutTime(hasty)[0].sentence.contains("moins de 14"))
        #expect(MeetingDoubt.aboutCases(facts(60)).isEmpty)
        #expect(MeetingDoubt.aboutCases(facts(60, cases: [])).map(\.code) == ["no_case"])
        #expect(
            MeetingDoubt.aboutCases(facts(60, cases: [("A-26-001", true), ("A-26-002", false)])).map(\.code) == [
                "case_not_reached:A-26-002"
            ])
        let open = MeetingDoubt.aboutTime(facts(0))
        #expect(throws: Refusal.self) { try MeetingDoubt.ask(open, confirmed: [], reason: nil, proven: "") }
        #expect(throws: Never.self) { try MeetingDoubt.ask(open, confirmed: ["too_short"], reason: nil, proven: "") }
        #expect(throws: Never.self) { try MeetingDoubt.ask(open, confirmed: [], reason: "Point éclair", proven: "") }
    }

    @Test("A title made from type and day follows the day, one that somebody chose stays; past midnight is no other day")
    func dayHeld() throws {
        let (planned, held) = (try #require(CivilDate("2026-12-17")), try #require(CivilDate("2026-11-28")))
        let made = MeetingTitle.text(type: .rcp, day: planned)
        #expect(MeetingTitle.following(made, type: .rcp, from: [planned], to: held) == MeetingTitle.text(type: .rcp, day: held))
        #expect(MeetingTitle.following("Bilan", type: .rcp, from: [planned], to: held) == "Bilan")
        let evening = Instant(microseconds: 1_764_246_600_000_000)
        #expect(!MeetingHours.isOtherDay(evening.adding(minutes: 300), than: evening))
        #expect(MeetingHours.isOtherDay(evening.adding(minutes: 1440), than: evening))
    }

    @Test("The reminder leaves two days before an RCP, three before another meeting")
    func reminder() {
        let start = Instant(microseconds: 1_764_246_600_000_000)
        #expect(NoticeDelay.reminder(type: .rcp, startsAt: start) == start.adding(seconds: -48 * 3600))
        #expect(NoticeDelay.reminder(type: .team, startsAt: start) == start.adding(seconds: -72 * 3600))
    }

    @Test("Minutes are due in a week, in fifteen days for an assembly")
    func minutesDelay() throws {
        let day = try #require(CivilDate("2026-11-21"))
        #expect(NoticeDelay.minutesDue(type: .rcp, held: day) == day.adding(days: 7))
        #expect(NoticeDelay.minutesDue(type: .ago, held: day) == day.adding(days: 15))
    }

    @Test("An item moves to a place and the others keep their order")
    func agendaOrder() {
        let ids = (0..<4).map { Identifier.derived(from: "item \($0)") }
        #expect(LineOrder.moved(ids, ids[2], to: 1) == [ids[2], ids[0], ids[1], ids[3]])
        #expect(LineOrder.moved(ids, ids[0], to: 99) == [ids[1], ids[2], ids[3], ids[0]])
        #expect(LineOrder.moved(ids, ids[3], to: -5) == [ids[3], ids[0], ids[1], ids[2]])
    }

    @Test("A task keeps the beginning of a long decision")
    func shortened() {
        #expect(Writing.shortened("abc", to: 3) == "abc")
        #expect(Writing.shortened("abcd", to: 3) == "ab…")
    }
}
