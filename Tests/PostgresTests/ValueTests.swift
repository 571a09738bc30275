import Foundation
import Testing

@testable import Postgres

@Suite("Values")
struct ValueTests {
    @Test("A UUID is read in any case, written in lower case, and nothing else is a UUID")
    func identifierText() throws {
        let id = try #require(Identifier("0198C5A2-7F3B-7ABC-9DEF-0123456789aB"))
        #expect(id.description == "0198c5a2-7f3b-7abc-9def-0123456789ab")
        for text in [
            "", "0198c5a27f3b7abc9def0123456789ab", "{198c5a2-7f3b-7abc-9def-0123456789ab}", "0198c5a2-7f3b-7abc-9def-0123456789ag",
        ] {
            #expect(Identifier(text) == nil)
        }
    }

    @Test("A new UUID has version 7, carries its time, and later ones sort later")
    func identifierVersion7() throws {
        let instant = try #require(Instant(iso8601: "2026-11-21T20:25:37.123456Z"))
        let id = Identifier.make(at: instant)
        #expect(Int64(id.high >> 16) == instant.microseconds / 1000)
        #expect(id.description.utf8.dropFirst(14).first == UInt8(ascii: "7"))
        #expect(id.low >> 62 == 2)
        var previous = Identifier.make(at: instant)
        for step in 1...3000 {
            let next = Identifier.make(at: Instant(microseconds: instant.microseconds + Int64(step)))
            #expect(previous < next)
            previous = next
        }
        #expect(Set((0..<10_000).map { _ in Identifier.make() }).count == 10_000)
    }

    @Test("The same name gives the same UUID, another name or namespace another one")
    func identifierDerived() {
        let a = Identifier.derived(from: "trois-ponts")
        #expect(a == Identifier.derived(from: "trois-ponts"))
        #expect(a != Identifier.derived(from: "trois-pont"))
        #expect(a != Identifier.derived(from: "trois-ponts", namespace: a))
        #expect(a.description.utf8.dropFirst(14).first == UInt8(ascii: "8"))
        #expect(Set((0..<100_000).map { Identifier.derived(from: "membre-\($0)") }).count == 100_000)
    }

    @Test("Values survive JSON as text")
    func json() throws {
        struct Sample: Codable, Equatable {
            let id: Identifier
            let at: Instant
            let day: CivilDate
            let amount: ExactDecimal
        }
        let sample = Sample(
            id: .make(), at: try #require(Instant(iso8601: "2026-01-02T03:04:05.5Z")), day: try #require(CivilDate("2026-02-28")),
            amount: try #require(ExactDecimal("-12.50")))
        let data = try JSONEncoder().encode(sample)
        #expect(try JSONDecoder().decode(Sample.self, from: data) == sample)
        #expect(String(decoding: data, as: UTF8.self).contains("\"-12.50\""))
        #expect(try JSONDecoder().decode([ExactDecimal].self, from: Data("[12]".utf8)) == [ExactDecimal(12)])
    }

    @Test(
        "An instant is read with its zone and written in UTC",
        arguments: [
            ("2026-11-21T20:25:37.123456Z", "2026-11-21T20:25:37.123456Z"),
            ("2026-11-21T20:25:37.120Z", "2026-11-21T20:25:37.12Z"),
            ("2026-11-21T21:25:37+01:00", "2026-11-21T20:25:37Z"),
            ("2026-11-21T21:25+0100", "2026-11-21T20:25:00Z"),
            ("2026-01-01T00:30:00+02", "2025-12-31T22:30:00Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("2026-11-21T20:25:37.1234569Z", "2026-11-21T20:25:37.123456Z"),
        ])
    func instantText(text: String, expected: String) {
        #expect(Instant(iso8601: text)?.iso8601 == expected)
    }

    @Test(
        "What is not an instant is refused",
        arguments: [
            "2026-11-21T20:25:37", "2026-02-30T00:00:00Z", "2026-11-21", "2026-11-21T24:00:00Z", "2026-11-21T20:25:37.Z", "x",
            "2026-11-21T20:25:37ZZ",
        ])
    func instantRefused(text: String) {
        #expect(Instant(iso8601: text) == nil)
    }

    @Test("Time is added and subtracted without overflow")
    func instantArithmetic() throws {
        let start = try #require(Instant(iso8601: "2026-03-29T00:59:59Z"))
        #expect(start.adding(seconds: 1).iso8601 == "2026-03-29T01:00:00Z")
        #expect(start.adding(minutes: -60).iso8601 == "2026-03-28T23:59:59Z")
        #expect(start.adding(seconds: 0.5).timeIntervalSince(start) == 0.5)
        #expect(start.adding(seconds: Int.max).microseconds == .max)
        #expect(start.adding(minutes: Int.min).microseconds == .min)
        #expect(start.adding(seconds: Double.nan).microseconds == .max)
        _ = Instant(microseconds: .min).iso8601
        _ = Instant(microseconds: .max).iso8601
    }

    @Test("Every day of 400 years goes to its number and back, one weekday after the other")
    func civilDays() throws {
        var day = try #require(CivilDate("1999-12-31"))
        var faults = 0
        for _ in 0..<146_100 {
            let next = day.adding(days: 1)
            if next <= day || next.weekday != day.weekday % 7 + 1 { faults += 1 }
            if CivilDate(year: next.year, month: next.month, day: next.day) != next || CivilDate(next.description) != next { faults += 1 }
            day = next
        }
        #expect(faults == 0)
        #expect(day.description == "2400-01-03")
    }

    @Test("Days are checked and stay within four-digit years")
    func civilEdges() throws {
        #expect(CivilDate(year: 2026, month: 2, day: 29) == nil)
        #expect(CivilDate(year: 2028, month: 2, day: 29) != nil)
        #expect(CivilDate(year: 2100, month: 2, day: 29) == nil)
        #expect(CivilDate("2026-13-01") == nil)
        #expect(CivilDate("2026-1-01") == nil)
        #expect(CivilDate("0000-01-01") == nil)
        #expect(CivilDate("1970-01-01")?.daysSinceEpoch == 0)
        #expect(CivilDate("2026-11-21")?.weekday == 6)
        #expect(CivilDate("2026-11-21")?.adding(days: .max).description == "9999-12-31")
        #expect(CivilDate("2026-11-21")?.adding(days: .min).description == "0001-01-01")
    }
}
