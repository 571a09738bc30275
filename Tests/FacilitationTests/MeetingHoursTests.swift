import Kernel
import Testing

@testable import Facilitation

@Suite("An hour belongs to a day")
struct MeetingHoursTests {
    private func moment(_ text: String) throws -> Instant { try #require(Instant(iso8601: text)) }

    private func meaning(_ hour: Int, _ minute: Int, _ start: String, _ end: String, zone: String = "Europe/Paris") throws
        -> MeetingHours.Meaning
    {
        MeetingHours.meaning(hour, minute, start: try moment(start), end: try moment(end), zone: zone)
    }

    @Test("Past midnight an hour is of the next day: an arrival counts 30 minutes, a departure 230")
    func pastMidnight() throws {
        let (start, end) = ("2026-11-27T19:30:00Z", "2026-11-27T23:40:00Z")
        #expect(try meaning(0, 10, start, end) == .at(moment("2026-11-27T23:10:00Z")))
        #expect(try meaning(0, 20, start, end) == .at(moment("2026-11-27T23:20:00Z")))
        #expect(try meaning(20, 30, start, end) == .at(moment(start)))
        let (from, to) = (try moment(start), try moment(end))
        #expect(AttendanceTime.minutes(start: from, end: to, arrived: try moment("2026-11-27T23:10:00Z"), left: nil) == 30)
        #expect(AttendanceTime.minutes(start: from, end: to, arrived: from, left: try moment("2026-11-27T23:20:00Z")) == 230)
    }

    @Test("A few minutes before the start are of the same day, also the evening before a meeting that begins at night")
    func early() throws {
        #expect(try meaning(20, 10, "2026-11-27T19:30:00Z", "2026-11-27T23:40:00Z") == .at(moment("2026-11-27T19:10:00Z")))
        #expect(try meaning(8, 50, "2026-11-27T08:00:00Z", "2026-11-27T10:00:00Z") == .at(moment("2026-11-27T07:50:00Z")))
        #expect(try meaning(23, 55, "2026-11-27T23:10:00Z", "2026-11-28T00:10:00Z") == .at(moment("2026-11-27T22:55:00Z")))
    }

    @Test("The night the clocks go back an hour that exists twice is asked, one beside it is not")
    func autumn() throws {
        let (start, end) = ("2026-10-24T22:00:00Z", "2026-10-25T03:00:00Z")
        #expect(try meaning(2, 30, start, end) == .doubtful([moment("2026-10-25T00:30:00Z"), moment("2026-10-25T01:30:00Z")]))
        #expect(try meaning(3, 30, start, end) == .at(moment("2026-10-25T02:30:00Z")))
        #expect(try meaning(2, 30, start, end, zone: "Indian/Reunion") == .at(moment("2026-10-24T22:30:00Z")))
    }

    @Test("The night the clocks go forward an hour that does not exist is refused")
    func spring() throws {
        #expect(try meaning(2, 30, "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z") == .nonexistent)
        #expect(try meaning(3, 30, "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z") == .at(moment("2026-03-29T01:30:00Z")))
    }

    @Test("A meeting of more than half a day leaves a doubt only outside of it")
    func long() throws {
        let (start, end) = ("2026-11-27T07:00:00Z", "2026-11-27T21:00:00Z")
        #expect(try meaning(9, 0, start, end) == .at(moment("2026-11-27T08:00:00Z")))
        #expect(try meaning(7, 0, start, end) == .doubtful([moment("2026-11-27T06:00:00Z"), moment("2026-11-28T06:00:00Z")]))
    }
}
