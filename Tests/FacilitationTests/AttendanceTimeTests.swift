import Kernel
import Testing

@testable import Facilitation

@Suite("Minutes of presence")
struct AttendanceTimeTests {
    private let start = Instant(microseconds: 1_764_246_600_000_000)
    private var end: Instant { start.adding(minutes: 60) }

    @Test("Without times the whole meeting counts")
    func whole() {
        #expect(AttendanceTime.minutes(start: start, end: end, arrived: nil, left: nil) == 60)
    }

    @Test("Arrival and departure are held inside the meeting")
    func clipped() {
        #expect(AttendanceTime.minutes(start: start, end: end, arrived: start.adding(minutes: -20), left: end.adding(minutes: 30)) == 60)
        #expect(AttendanceTime.minutes(start: start, end: end, arrived: start.adding(minutes: 20), left: nil) == 40)
        #expect(AttendanceTime.minutes(start: start, end: end, arrived: nil, left: start.adding(minutes: 45)) == 45)
    }

    @Test("Nothing counts outside the meeting")
    func outside() {
        #expect(AttendanceTime.minutes(start: start, end: end, arrived: end.adding(minutes: 1), left: nil) == 0)
        #expect(AttendanceTime.minutes(start: start, end: end, arrived: nil, left: start.adding(minutes: -1)) == 0)
        #expect(AttendanceTime.minutes(start: start, end: start, arrived: nil, left: nil) == 0)
    }

    @Test("Minutes are rounded to the nearest")
    func rounded() {
        #expect(AttendanceTime.minutes(start: start, end: start.adding(seconds: 29 * 60 + 31), arrived: nil, left: nil) == 30)
        #expect(AttendanceTime.minutes(start: start, end: start.adding(seconds: 29 * 60 + 29), arrived: nil, left: nil) == 29)
    }

    @Test("A tap near the former start follows a corrected one, a late one stays")
    func following() {
        let late = start.adding(minutes: 55)
        #expect(AttendanceTime.following(late, from: late, to: start) == start)
        #expect(AttendanceTime.following(late.adding(minutes: -5), from: late, to: start) == start)
        #expect(AttendanceTime.following(start.adding(minutes: 25), from: late, to: start) == start.adding(minutes: 25))
        #expect(AttendanceTime.following(start, from: start, to: late) == late)
    }

    @Test("Less than a quarter of the meeting is asked about")
    func short() {
        #expect(AttendanceTime.isShort(1, of: 56) && AttendanceTime.isShort(13, of: 56))
        #expect(!AttendanceTime.isShort(14, of: 56) && !AttendanceTime.isShort(0, of: 0))
    }

    @Test("Signing in the first quarter of an hour counts from the start, later from then on, after the end not at all")
    func arrival() {
        #expect(AttendanceTime.arrival(at: start.adding(minutes: -30), start: start, end: end) == start)
        #expect(AttendanceTime.arrival(at: start.adding(minutes: 14), start: start, end: end) == start)
        #expect(AttendanceTime.arrival(at: start.adding(minutes: 16), start: start, end: end) == start.adding(minutes: 16))
        #expect(AttendanceTime.arrival(at: end, start: start, end: end) == nil)
        #expect(AttendanceTime.arrival(at: start.adding(minutes: 5), start: start, end: end, exact: true) == start.adding(minutes: 5))
    }

    @Test("Participation is told in whole percent, and not at all when nobody was invited")
    func participation() {
        #expect(Participation(invited: 11, present: 7).percent == 64)
        #expect(Participation(invited: 2, present: 1).percent == 50)
        #expect(Participation(invited: 8, present: 1).percent == 13)
        #expect(Participation(invited: 0, present: 3).percent == nil)
    }

    @Test("A signature binds meeting, person, moment and gesture")
    func signature() {
        let meeting = Identifier.derived(from: "meeting")
        let person = Identifier.derived(from: "person")
        let one = SignatureKind.ownPhone.digest(meeting: meeting, person: person, at: start)
        #expect(one.count == 32)
        #expect(one == SignatureKind.ownPhone.digest(meeting: meeting, person: person, at: start))
        #expect(one != SignatureKind.qrCode.digest(meeting: meeting, person: person, at: start))
        #expect(one != SignatureKind.ownPhone.digest(meeting: meeting, person: person, at: end))
    }
}
