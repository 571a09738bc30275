import Kernel
import Postgres
import Testing

/// A day that exists.
func day(_ iso: String) throws -> CivilDate { try #require(CivilDate(iso)) }

/// An exact decimal.
func exact(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

@Suite("French formats")
struct FormatsTests {
    @Test("days")
    func days() throws {
        let day1 = try day("2026-11-21")
        #expect(French.date(day1) == "21/11/2026")
        #expect(French.longDate(day1) == "samedi 21\u{A0}novembre\u{A0}2026")
        #expect(French.longDate(try day("2026-01-01")) == "jeudi 1er\u{A0}janvier\u{A0}2026")
        #expect(French.shortDate(day1) == "sam.\u{A0}21\u{A0}nov.")
        #expect(French.date(try day("0987-03-02")) == "02/03/0987")
    }

    @Test(
        "ISO weeks, at the edges of years too",
        arguments: [
            ("2026-11-21", "S47"), ("2026-01-01", "S1"), ("2027-01-01", "S53"), ("2024-12-30", "S1"), ("2023-01-01", "S52"),
        ])
    func weeks(iso: String, week: String) throws {
        #expect(French.week(try day(iso)) == week)
    }

    @Test("times and durations")
    func times() {
        #expect(French.time(18, 30) == "18\u{A0}h\u{A0}30")
        #expect(French.time(20, 0) == "20\u{A0}h")
        #expect(French.time(9, 5) == "9\u{A0}h\u{A0}05")
        #expect(French.clock(9, 5) == "09:05")
        #expect(French.duration(minutes: 75) == "1\u{A0}h\u{A0}15")
        #expect(French.duration(minutes: 45) == "45\u{A0}min")
        #expect(French.duration(minutes: 120) == "2\u{A0}h")
        #expect(French.duration(minutes: 2250) == "37\u{A0}h\u{A0}30")
        #expect(French.duration(minutes: 0) == "0\u{A0}min")
        #expect(French.duration(minutes: -75) == "\u{2212}1\u{A0}h\u{A0}15")
        #expect(French.duration(minutes: 65) == "1\u{A0}h\u{A0}05")
    }

    @Test(
        "amounts",
        arguments: [
            (123_450, "1\u{202F}234,50\u{A0}€"), (-123_450, "\u{2212}1\u{202F}234,50\u{A0}€"), (0, "0,00\u{A0}€"), (5, "0,05\u{A0}€"),
            (100_000_000, "1\u{202F}000\u{202F}000,00\u{A0}€"), (99_999, "999,99\u{A0}€"),
            (Int.min, "\u{2212}92\u{202F}233\u{202F}720\u{202F}368\u{202F}547\u{202F}758,08\u{A0}€"),
        ])
    func money(cents: Int, text: String) {
        #expect(French.money(cents: cents) == text)
    }

    @Test("spoken and whole amounts")
    func spoken() {
        #expect(French.spokenMoney(cents: -123_450) == "moins 1234,50 euros")
        #expect(French.wholeEuros(cents: 123_450) == "1\u{202F}235\u{A0}€")
        #expect(French.wholeEuros(cents: -40) == "0\u{A0}€")
    }

    @Test("numbers keep their decimals, or take those asked")
    func numbers() throws {
        #expect(French.number(1_234_567) == "1\u{202F}234\u{202F}567")
        #expect(French.number(-12) == "\u{2212}12")
        #expect(French.number(try exact("1234.5")) == "1\u{202F}234,5")
        #expect(French.number(try exact("1234.50")) == "1\u{202F}234,5")
        #expect(French.number(try exact("0.05")) == "0,05")
        #expect(French.number(try exact("-0.5")) == "\u{2212}0,5")
        #expect(French.number(try exact("12.345"), decimals: 2) == "12,35")
        #expect(French.number(try exact("12"), decimals: 2) == "12,00")
        #expect(French.percent(try exact("12.5")) == "12,5\u{202F}%")
        #expect(French.points(try exact("1712.5")) == "1\u{202F}712,5\u{A0}points")
        #expect(French.points(try exact("1.5")) == "1,5\u{A0}point")
    }

    @Test(
        "singular below two",
        arguments: [(0, "0\u{A0}réunion"), (1, "1\u{A0}réunion"), (2, "2\u{A0}réunions"), (1200, "1\u{202F}200\u{A0}réunions")])
    func plural(count: Int, text: String) {
        #expect(French.plural(count, "réunion", "réunions") == text)
    }

    @Test("lists")
    func lists() {
        #expect(French.list([]) == "")
        #expect(French.list(["a"]) == "a")
        #expect(French.list(["a", "b"]) == "a et b")
        #expect(French.list(["a", "b", "c"]) == "a, b et c")
        #expect(French.list(["a", "b", "c"], word: "ou") == "a, b ou c")
    }

    @Test("identifiers and telephones")
    func identifiers() {
        #expect(French.siren("123456782") == "123\u{A0}456\u{A0}782")
        #expect(French.siret("12345678200010") == "123\u{A0}456\u{A0}782\u{A0}00010")
        #expect(French.phone("+33123456789") == "01\u{A0}23\u{A0}45\u{A0}67\u{A0}89")
        #expect(French.phone("+262692123456") == "06\u{A0}92\u{A0}12\u{A0}34\u{A0}56")
        #expect(French.phone("+687123456") == "+687\u{A0}12\u{A0}34\u{A0}56")
        #expect(French.iban("FR7630006000011234567890189").split(separator: "\u{A0}").count == 7)
    }
}

@Suite("Local time")
struct LocalTimeTests {
    private let paris = "Europe/Paris"

    @Test("an instant in a place, winter and summer, and in the overseas departments")
    func places() throws {
        let winter = try #require(Instant(iso8601: "2026-11-21T17:30:00Z"))
        let here = LocalTime(winter, zone: paris)
        #expect(here.date == (try day("2026-11-21")) && here.hour == 18 && here.minute == 30)
        let island = LocalTime(try #require(Instant(iso8601: "2026-11-21T20:30:00Z")), zone: "Indian/Reunion")
        #expect(island.date == (try day("2026-11-22")) && island.hour == 0)
        #expect(LocalTime(try #require(Instant(iso8601: "2026-07-14T10:00:00Z")), zone: paris).hour == 12)
        #expect(
            LocalTime(try #require(Instant(iso8601: "2026-07-14T02:00:00Z")), zone: "America/Guadeloupe").date == (try day("2026-07-13")))
        #expect(LocalTime(Instant(microseconds: -1), zone: "Etc/UTC").date == (try day("1969-12-31")))
    }

    @Test("an ordinary time leads to its instant and back")
    func roundTrip() throws {
        let meaning = LocalTime.meaning(of: try day("2026-11-21"), 18, 30, zone: paris)
        #expect(meaning == .exact(try #require(Instant(iso8601: "2026-11-21T17:30:00Z"))))
        #expect(LocalTime(try #require(meaning.instant), zone: paris).fieldValue == "2026-11-21T18:30")
    }

    @Test("29 March 2026, 02:30 does not exist in Paris")
    func spring() throws {
        let meaning = LocalTime.meaning(of: try day("2026-03-29"), 2, 30, zone: paris)
        #expect(meaning == .nonexistent(shifted: try #require(Instant(iso8601: "2026-03-29T01:30:00Z"))))
        #expect(meaning.instant == nil)
        #expect(
            LocalTime.meaning(of: try day("2026-03-29"), 1, 59, zone: paris)
                == .exact(try #require(Instant(iso8601: "2026-03-29T00:59:00Z"))))
        #expect(
            LocalTime.meaning(of: try day("2026-03-29"), 3, 0, zone: paris)
                == .exact(try #require(Instant(iso8601: "2026-03-29T01:00:00Z"))))
    }

    @Test("25 October 2026, 02:30 exists twice in Paris")
    func autumn() throws {
        let meaning = LocalTime.meaning(of: try day("2026-10-25"), 2, 30, zone: paris)
        let first = try #require(Instant(iso8601: "2026-10-25T00:30:00Z"))
        let second = try #require(Instant(iso8601: "2026-10-25T01:30:00Z"))
        #expect(meaning == .ambiguous(first: first, second: second))
        #expect(
            LocalTime.meaning(of: try day("2026-10-25"), 3, 0, zone: paris)
                == .exact(try #require(Instant(iso8601: "2026-10-25T02:00:00Z"))))
        #expect(
            LocalTime.meaning(of: try day("2026-10-25"), 2, 30, zone: "Indian/Reunion")
                == .exact(try #require(Instant(iso8601: "2026-10-24T22:30:00Z"))))
    }

    @Test("the days of the change have 23 and 25 hours")
    func dayLengths() throws {
        for (iso, hours) in [("2026-03-29", 23.0), ("2026-10-25", 25.0), ("2026-11-21", 24.0)] {
            let date = try day(iso)
            let length = LocalTime.startOfDay(date.adding(days: 1), zone: paris).timeIntervalSince(LocalTime.startOfDay(date, zone: paris))
            #expect(length == hours * 3_600)
        }
    }

    @Test("an unknown zone is read as Paris")
    func unknownZone() throws {
        let instant = try #require(Instant(iso8601: "2026-11-21T17:30:00Z"))
        #expect(LocalTime(instant, zone: "Nulle/Part").hour == 18)
        #expect(LocalTime.isZone("Indian/Mayotte") && !LocalTime.isZone("Nulle/Part"))
    }
}
