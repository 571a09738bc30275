import Kernel
import Testing

@testable import KernelRuntime

private func day(_ text: String) -> CivilDate { CivilDate(text) ?? CivilDate(daysSinceEpoch: 0) }

@Suite("A past day is judged by what was true on it")
struct TeamHistoryTests {
    private let person = Identifier.make()
    private let today = day("2026-11-01")

    private func sheet(_ joined: String, _ left: String? = nil, profession: String = "NURSE", associate: Bool = true, since: String? = nil)
        -> TeamHistory.Sheet
    {
        TeamHistory.Sheet(
            joinedOn: day(joined), leftOn: left.map(day), profession: profession, isAssociate: associate, isIndemnifiable: true,
            holdsFrom: since.map(day))
    }

    private func spans(_ change: TeamHistory.Change) -> [String] {
        change.lines.map { "\($0.fromOn)…\($0.toOn?.description ?? "") \($0.profession)\($0.isAssociate ? "" : " -")" }
    }

    @Test("whoever comes back has two stays, and the first one is as it was")
    func comesBack() throws {
        let first = TeamHistory.first(person, sheet("2023-01-01"))
        let left = try TeamHistory.changed(
            person, first.lines, from: first.sheet, to: sheet("2023-01-01", "2026-02-28"), today: day("2026-02-20"))
        let back = try TeamHistory.changed(person, left.lines, from: left.sheet, to: sheet("2026-11-01"), today: today)
        #expect(spans(back) == ["2023-01-01…2026-02-28 NURSE", "2026-11-01… NURSE"])
        #expect(back.lines.holding(on: day("2025-06-30")) != nil && back.lines.holding(on: day("2026-06-30")) == nil)
    }

    @Test("an entry moved over past days, or an absence filled, is asked back; a correction with its reason passes")
    func lossesAreRefused() throws {
        let first = TeamHistory.first(person, sheet("2023-01-01"))
        #expect(throws: Refusal.self) {
            try TeamHistory.changed(person, first.lines, from: first.sheet, to: sheet("2026-10-01"), today: today)
        }
        let gone = TeamHistory.first(person, sheet("2023-01-01", "2026-02-28"))
        #expect(throws: Refusal.self) {
            try TeamHistory.changed(person, gone.lines, from: gone.sheet, to: sheet("2023-01-01"), today: today)
        }
        let corrected = try TeamHistory.changed(
            person, gone.lines, from: gone.sheet, to: sheet("2023-01-01"), today: today, isCorrection: true)
        #expect(spans(corrected) == ["2023-01-01… NURSE"])
    }

    @Test("a profession or a standing changes from today, or from the day said")
    func traitsChangeFromADay() throws {
        let first = TeamHistory.first(person, sheet("2023-01-01"))
        let now = try TeamHistory.changed(person, first.lines, from: first.sheet, to: sheet("2023-01-01", profession: "IPA"), today: today)
        #expect(spans(now) == ["2023-01-01…2026-10-31 NURSE", "2026-11-01… IPA"] && now.sheet.holdsFrom == today)
        let said = try TeamHistory.changed(
            person, now.lines, from: now.sheet, to: sheet("2023-01-01", profession: "IPA", associate: false, since: "2026-09-01"),
            today: today)
        #expect(spans(said) == ["2023-01-01…2026-08-31 NURSE", "2026-09-01… IPA -"])
        let always = try TeamHistory.changed(
            person, first.lines, from: first.sheet, to: sheet("2023-01-01", profession: "IPA", since: "2023-01-01"), today: today)
        #expect(spans(always) == ["2023-01-01… IPA"] && always.sheet.holdsFrom == nil)
        #expect(throws: Refusal.self) {
            try TeamHistory.changed(
                person, first.lines, from: first.sheet, to: sheet("2023-01-01", profession: "IPA", since: "2022-01-01"), today: today)
        }
    }

    @Test("an earlier entry lengthens the stay, never into the one before")
    func earlierEntry() throws {
        let gone = TeamHistory.first(person, sheet("2020-01-01", "2021-12-31"))
        let back = try TeamHistory.changed(person, gone.lines, from: gone.sheet, to: sheet("2023-01-01"), today: today)
        let earlier = try TeamHistory.changed(person, back.lines, from: back.sheet, to: sheet("2022-06-01"), today: today)
        #expect(spans(earlier) == ["2020-01-01…2021-12-31 NURSE", "2022-06-01… NURSE"])
        #expect(throws: Refusal.self) {
            try TeamHistory.changed(person, back.lines, from: back.sheet, to: sheet("2021-06-01"), today: today)
        }
    }
}
