import Kernel
import Postgres
import Testing

@Suite("What people type")
struct FrenchInputTests {
    @Test(
        "dates",
        arguments: [
            ("3/2/26", "2026-02-03"), ("03-02-2026", "2026-02-03"), ("3.2.2026", "2026-02-03"), ("2026-02-03", "2026-02-03"),
            (" 3 / 2 / 2026 ", "2026-02-03"), ("3 février 2026", "2026-02-03"), ("1er mars 2026", "2026-03-01"),
            ("samedi 21 novembre 2026", "2026-11-21"),
            ("15 aout 26", "2026-08-15"), ("21 NOV. 2026", "2026-11-21"), ("29/2/2028", "2028-02-29"),
            ("21\u{A0}novembre\u{A0}2026", "2026-11-21"),
        ])
    func dates(typed: String, iso: String) throws {
        #expect(try FrenchInput.date(typed) == (try day(iso)))
    }

    @Test(
        "dates that are asked again",
        arguments: [
            "", "21/11", "30/02/2026", "02/13/2026", "3/2/85", "hier", "1/2/3/4", "0/1/2026", "32/1/2026", "21 ju 2026", "21/11/026",
            "٣/٢/٢٦", "99999999999/1/2026",
        ])
    func refusedDates(typed: String) {
        #expect(throws: InputFault.self) { try FrenchInput.date(typed) }
    }

    @Test(
        "times",
        arguments: [
            ("18h30", 18, 30), ("18 h 30", 18, 30), ("18:30", 18, 30), ("18.30", 18, 30), ("18H", 18, 0), ("8h05", 8, 5), ("1830", 18, 30),
            ("0:00", 0, 0),
            ("23:59:59", 23, 59), ("18\u{A0}h\u{A0}30", 18, 30), ("18 h 30 min", 18, 30),
        ])
    func times(typed: String, hour: Int, minute: Int) throws {
        let time = try FrenchInput.time(typed)
        #expect(time.hour == hour && time.minute == minute)
    }

    @Test("times that are asked again", arguments: ["", "18", "24:00", "18:60", "18h3", "midi", "18:", "::", "-1:30", "18:30:30:30"])
    func refusedTimes(typed: String) {
        #expect(throws: InputFault.self) { try FrenchInput.time(typed) }
    }

    @Test(
        "durations",
        arguments: [
            ("1 h 15", 75), ("1h15", 75), ("1:15", 75), ("75 min", 75), ("75", 75), ("1,5 h", 90), ("1.5h", 90), ("2 h", 120),
            ("2 heures", 120), ("45 minutes", 45),
            ("0", 0), ("37 h 30", 2250), ("1 h 5", 65), ("1 h 05 min", 65), ("0,25 h", 15),
        ])
    func durations(typed: String, minutes: Int) throws {
        #expect(try FrenchInput.duration(typed) == minutes)
    }

    @Test("durations that are asked again", arguments: ["", "2", "1 h 75", "une heure", "-5", "1,111 h", "h", "min", "1h15h"])
    func refusedDurations(typed: String) {
        #expect(throws: InputFault.self) { try FrenchInput.duration(typed) }
    }

    @Test(
        "numbers",
        arguments: [
            ("1 234,5", "1234.5"), ("1234.50", "1234.50"), ("1\u{202F}234,5", "1234.5"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"),
            ("\u{2212}3", "-3"),
            ("-3,25", "-3.25"), ("1.234.567", "1234567"), ("0.125", "0.125"), (",5", "0.5"), ("12,345", "12.345"), ("+7", "7"),
            ("1'234", "1234"),
        ])
    func numbers(typed: String, value: String) throws {
        #expect(try FrenchInput.number(typed) == (try exact(value)))
    }

    @Test(
        "numbers that are asked again",
        arguments: ["", "1.234", "12.345", "a", "1,2,3", "1..2", "5,", "--3", "1e5", "1.23.456", ".", "1.2345.678,9", "٣"])
    func refusedNumbers(typed: String) {
        #expect(throws: InputFault.self) { try FrenchInput.number(typed) }
    }

    @Test(
        "amounts are integer cents",
        arguments: [
            ("1 234,50 €", 123_450), ("1234.5", 123_450), ("12", 1_200), ("-0,05", -5), ("12 euros", 1_200),
            ("1\u{202F}234,50\u{A0}€", 123_450),
            ("\u{2212}1\u{202F}234,50\u{A0}€", -123_450),
        ])
    func cents(typed: String, cents: Int) throws {
        #expect(try FrenchInput.cents(typed) == cents)
    }

    @Test("amounts that are asked again", arguments: ["1,234", "12,345 €", "", "€", "99999999999999999999"])
    func refusedCents(typed: String) {
        #expect(throws: InputFault.self) { try FrenchInput.cents(typed) }
    }

    @Test("what is shown is understood when typed again")
    func roundTrips() throws {
        for cents in [0, 5, -5, 123_450, -98_765_432] { #expect(try FrenchInput.cents(French.money(cents: cents)) == cents) }
        for minutes in [0, 10, 45, 60, 75, 2_250] { #expect(try FrenchInput.duration(French.duration(minutes: minutes)) == minutes) }
        for offset in stride(from: 0, to: 800, by: 17) {
            let date = try day("2026-01-01").adding(days: offset)
            #expect(try FrenchInput.date(French.date(date)) == date)
            #expect(try FrenchInput.date(French.longDate(date)) == date)
        }
    }

    @Test(
        "telephones",
        arguments: [
            ("01 23 45 67 89", "+33123456789"), ("0692 12 34 56", "+262692123456"), ("0590.12.34.56", "+590590123456"),
            ("+33 (0)1 23 45 67 89", "+33123456789"),
            ("0033 6 12 34 56 78", "+33612345678"), ("+32 2 123 45 67", "+3221234567"), ("0696123456", "+596696123456"),
            ("0639 12 34 56", "+262639123456"),
        ])
    func phones(typed: String, stored: String) throws {
        #expect(try FrenchInput.phone(typed) == stored)
    }

    @Test(
        "telephones that are asked again", arguments: ["", "1234", "01 23 45 67 8", "01 23 45 67 8a", "+33", "+12345678901234567", "abc"])
    func refusedPhones(typed: String) {
        #expect(throws: InputFault.self) { try FrenchInput.phone(typed) }
    }

    @Test("faults speak of the fault")
    func messages() {
        #expect(throws: InputFault("Le mois 13 n’existe pas. Écrivez le jour, puis le mois, puis l’année : 21/11/2026.")) {
            try FrenchInput.date("02/13/2026")
        }
        #expect(throws: InputFault("Le 30 février 2026 n’existe pas.")) { try FrenchInput.date("30/2/26") }
        #expect(throws: InputFault("Précisez l’unité : 2 h ou 2 min.")) { try FrenchInput.duration("2") }
        #expect(throws: InputFault("« 1.234 » peut se lire de deux façons : écrivez 1234 ou 1,234.")) { try FrenchInput.number("1.234") }
    }
}
