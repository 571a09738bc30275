import Foundation
import Kernel
import Testing

@testable import Budget

@Suite("Tables for French spreadsheets")
struct FrenchCSVTests {
    private typealias F = Fixtures

    @Test("Numbers stay numbers: a negative amount has no apostrophe (API-08)")
    func numbers() {
        #expect(FrenchCSV.text(of: .money(-1_250)) == "-12,50")
        #expect(FrenchCSV.text(of: .money(-5)) == "-0,05")
        #expect(FrenchCSV.text(of: .money(1_198_750)) == "11987,50")
        #expect(FrenchCSV.text(of: .number(ExactDecimal("1.25") ?? .zero)) == "1,25")
        #expect(FrenchCSV.text(of: .day(F.day("2026-03-12"))) == "12/03/2026")
        #expect(FrenchCSV.text(of: .flag(true)) == "oui")
    }

    @Test(
        "Texts that a spreadsheet would run get an apostrophe",
        arguments: ["=1+1", "+33", "-cmd", "@SUM(A1)", "\tx", "\rx", "\nx", "\0=1", " =1+1", "＝1+1", "＋1", "－1", "＠x", "\u{200B}=1", "−1"])
    func guarded(_ text: String) { #expect(FrenchCSV.guarded(text).hasPrefix("'")) }

    @Test("Ordinary texts are left alone", arguments: ["Claire Martin", "a=b", "12-50", "Soins & suites", "«=»", ""])
    func untouched(_ text: String) { #expect(FrenchCSV.guarded(text) == text) }

    @Test("Quotes around what would break a row, doubled inside")
    func quotes() {
        #expect(FrenchCSV.text(of: .text("a;b")) == "\"a;b\"")
        #expect(FrenchCSV.text(of: .text("dit \"oui\"")) == "\"dit \"\"oui\"\"\"")
        #expect(FrenchCSV.text(of: .text("a\r\nb")) == "\"a\r\nb\"")
        #expect(FrenchCSV.text(of: .text(";=1+1")) == "\";=1+1\"")
        #expect(FrenchCSV.text(of: .text("\"=1+1")) == "\"\"\"=1+1\"")
    }

    @Test("The table of a run: byte for byte, and the last column adds up to the run")
    func export() {
        let result = F.run(F.hourly(), F.facts([F.presence("a", minutes: 45), F.presence("a", by: "paul", minutes: 90)]))
        let payees = [
            F.id("claire"): IndemnityExport.Payee(name: "=Martin", profession: "Infirmière", account: "467100", reference: "IND-1"),
            F.id("paul"): IndemnityExport.Payee(name: "Durand; Paul", profession: "Médecin", account: nil, reference: "IND-2"),
        ]
        let bytes = IndemnityExport.csv(result, number: "C-2026-1", from: F.day("2026-01-01"), to: F.day("2026-06-30"), payees: payees)
        #expect(Array(bytes.prefix(3)) == [0xEF, 0xBB, 0xBF])
        let tail = "Règle 2026, version 1;résolution d’assemblée AGO 2026, résolution 4 du 18/12/2025"
        #expect(
            String(decoding: bytes.dropFirst(3), as: UTF8.self).components(separatedBy: "\r\n") == [
                IndemnityExport.header.joined(separator: ";"),
                "C-2026-1;01/01/2026;30/06/2026;'=Martin;Infirmière;467100;45;0;0,75;40,50;0,00;40,50;IND-1;\(tail)",
                "C-2026-1;01/01/2026;30/06/2026;\"Durand; Paul\";Médecin;;90;0;1,50;81,00;0,00;81,00;IND-2;\(tail)", "",
            ])
    }
}
