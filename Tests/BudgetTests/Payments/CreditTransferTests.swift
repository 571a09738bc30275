import Foundation
import Kernel
import Testing

@testable import Budget

@Suite("SEPA transfer file")
struct CreditTransferTests {
    private typealias F = Fixtures

    private func account(_ iban: String = "FR14 2004 1010 0505 0001 3M02 606", bic: String? = nil) throws -> BankAccount {
        try BankAccount.read(iban: iban, bic: bic)
    }

    private func batch(_ version: CreditTransferBatch.Version = .v09) throws -> CreditTransferBatch {
        CreditTransferBatch(
            version: version, messageId: "TP-2026-0001", paymentId: "TP-2026-0001/1",
            createdAt: LocalTime(Instant(microseconds: 1_783_580_400_000_000), zone: "Europe/Paris"), executionDay: F.day("2026-07-10"),
            debtorName: "SISA de l’Île & des Trois-Ponts", debtorSiren: "732829320",
            debtor: try account("FR76 3000 6000 0112 3456 7890 189", bic: "agrifrpp"),
            payments: [
                .init(
                    endToEndId: "IND-2026-1-1", name: "Zoé Lœuillet-Nuñez", account: try account(), cents: 5_625,
                    reason: "Indemnités 1er semestre"),
                .init(
                    endToEndId: "IND-2026-1-2", name: "<script>\"D'Été\"</script>",
                    account: try account("DE89370400440532013000", bic: "COBADEFFXXX"),
                    cents: 150_000_09, reason: "50 % de l’excédent"),
            ])
    }

    private func text(_ batch: CreditTransferBatch) throws -> String {
        String(decoding: try CreditTransferFile.bytes(batch), as: UTF8.self)
    }

    @Test("The file says what the batch says: sums from cents, references as given, letters of the bank's set")
    func content() throws {
        let text = try text(batch())
        for piece in [
            "<MsgId>TP-2026-0001</MsgId>", "<CreDtTm>2026-07-09T09:00:00</CreDtTm>", "<NbOfTxs>2</NbOfTxs>", "<CtrlSum>150056.34</CtrlSum>",
            "<Id>732829320</Id>", "<Cd>SREN</Cd>",
            "<Nm>SISA de l&#39;Ile + des Trois-Ponts</Nm>", "<Dt>2026-07-10</Dt>", "<BICFI>AGRIFRPP</BICFI>", "<Cd>SEPA</Cd>",
            "<ChrgBr>SLEV</ChrgBr>", #"<InstdAmt Ccy="EUR">56.25</InstdAmt>"#, #"<InstdAmt Ccy="EUR">150000.09</InstdAmt>"#,
            "<Nm>Zoe Loeuillet-Nunez</Nm>", "<IBAN>FR1420041010050500013M02606</IBAN>", "<Ustrd>50 de l&#39;excedent</Ustrd>",
        ] {
            #expect(text.contains(piece), "\(piece)")
        }
        #expect(!text.contains("<script>"))
        #expect(text.components(separatedBy: "<PmtInf>").count == 2)
    }

    @Test("Same batch, same bytes; without a BIC the bank is found from the IBAN")
    func deterministic() throws {
        var plain = try batch()
        plain.debtor = try account("FR76 3000 6000 0112 3456 7890 189")
        #expect(try CreditTransferFile.bytes(plain) == CreditTransferFile.bytes(plain))
        #expect(try text(plain).contains("<Othr><Id>NOTPROVIDED</Id>"))
    }

    @Test(
        "The ISO 20022 schema accepts both versions of the file", .enabled(if: Outside.hasSchemas, "pip package sepaxml is missing"),
        arguments: CreditTransferBatch.Version.allCases)
    func schema(_ version: CreditTransferBatch.Version) throws {
        for hasBic in [true, false] {
            var batch = try batch(version)
            if !hasBic { batch.debtor = try account("FR76 3000 6000 0112 3456 7890 189") }
            let valid = try judge(CreditTransferFile.bytes(batch), version)
            #expect(valid.status == 0, "\(valid.output)")
        }
        // The judge does refuse: an element too many, and the message under the other version's name.
        let broken = try text(batch(version)).replacingOccurrences(of: "<PmtMtd>TRF</PmtMtd>", with: "<PmtMtd>XXX</PmtMtd>")
        #expect(try judge(Array(broken.utf8), version).status != 0)
        #expect(try judge(CreditTransferFile.bytes(batch(version)), version == .v03 ? .v09 : .v03).status != 0)
    }

    private func judge(_ bytes: [UInt8], _ version: CreditTransferBatch.Version) throws -> Outside.Answer {
        try Outside.withFolder { folder in
            let file = folder.appendingPathComponent("file.xml")
            try Data(bytes).write(to: file)
            let script = """
                import sys, os, sepaxml, xmlschema
                schema = os.path.join(os.path.dirname(sepaxml.__file__), "schemas", sys.argv[2] + ".xsd")
                xmlschema.XMLSchema(schema).validate(sys.argv[1])
                """
            return try Outside.run(Outside.python, ["-c", script, file.path, version.rawValue])
        }
    }

    @Test("Everything that a bank would refuse is told at once, with its place")
    func faults() throws {
        var batch = try batch()
        batch.messageId = "é"
        batch.paymentId = "A//B"
        batch.debtorName = "…"
        batch.debtorSiren = "732829321"
        batch.executionDay = F.day("2026-07-11")
        batch.payments[0].cents = 0
        batch.payments[0].account = batch.debtor
        batch.payments[1].endToEndId = batch.payments[0].endToEndId
        batch.payments[1].name = "李"
        batch.payments[1].reason = " "
        #expect(
            batch.faults.map(\.field) == [
                "message_id", "payment_id", "debtor_name", "debtor_siren", "execution_day", "payments[0].cents", "payments[0].account",
                "payments[1].end_to_end_id", "payments[1].name", "payments[1].reason",
            ])
        #expect(throws: Refusal.self) { try CreditTransferFile.bytes(batch) }
        #expect(try self.batch().faults.isEmpty)
    }

    @Test("A transfer leaves on a day on which banks exchange, not before the file is made")
    func executionDay() throws {
        var batch = try batch()
        for (day, isFine) in [
            ("2026-07-09", true), ("2026-07-08", false), ("2026-07-12", false), ("2026-07-13", true), ("2026-07-14", true),
        ] {
            batch.executionDay = F.day(day)
            #expect(batch.faults.isEmpty == isFine, "\(day)")
        }
        batch.executionDay = F.day("2026-07-11")
        #expect(batch.faults.first?.message.contains("lundi 13\u{00A0}juillet\u{00A0}2026") == true)
    }

    @Test("Amounts are written from cents", arguments: [(1, "0.01"), (10, "0.10"), (123_456, "1234.56"), (99_999_999_999, "999999999.99")])
    func euros(cents: Int, expected: String) { #expect(CreditTransferFile.euros(cents) == expected) }
}

@Suite("SEPA accounts, letters and days")
struct SepaPiecesTests {
    private typealias F = Fixtures

    @Test(
        "Accounts of the area are accepted, spaces and small letters too",
        arguments: [
            "FR14 2004 1010 0505 0001 3M02 606", "fr7630006000011234567890189", "DE89370400440532013000", "BE68539007547034",
            "NO9386011117947",
        ])
    func validAccounts(_ iban: String) throws { #expect(try BankAccount.read(iban: iban, bic: nil).bic == nil) }

    @Test(
        "Wrong key, wrong length, a country without SEPA, a key that is none",
        arguments: ["FR1420041010050500013M02607", "DE8937040044053201300", "BR1800360305000010009795493C1", "", "FR76"])
    func invalidAccounts(_ iban: String) { #expect(throws: InputFault.self) { try BankAccount.read(iban: iban, bic: nil) } }

    @Test("Every digit and letter of an IBAN counts: no single change passes")
    func singleChanges() {
        let good = Array("FR7630006000011234567890189")
        for index in good.indices {
            for other in "0123456789" where other != good[index] && index > 1 {
                var changed = good
                changed[index] = other
                #expect((try? BankAccount.read(iban: String(changed), bic: nil)) == nil, "\(String(changed))")
            }
        }
    }

    @Test("A BIC has 8 or 11 characters")
    func bics() {
        for good in ["AGRIFRPP", "COBADEFFXXX", "BNPAFRPP123"] { #expect(BankAccount.isBic(good)) }
        for bad in ["AGRIFRP", "AGRIFRPPX", "AGR1FRPP", "AGRIF9PP", "AGRIFRPP-XX", ""] { #expect(!BankAccount.isBic(bad)) }
        #expect(throws: InputFault.self) { try BankAccount.read(iban: "FR7630006000011234567890189", bic: "AGRI") }
    }

    @Test("An account is shown without its middle")
    func masked() throws { #expect(try BankAccount.read(iban: "FR7630006000011234567890189", bic: nil).masked == "FR76 •••• 0189") }

    @Test("Letters fall into the bank's set, length is cut, nothing readable gives nothing")
    func letters() {
        #expect(SepaText.line("Müller–Œuvre & Fils n°3", most: 70) == "Muller-OEuvre + Fils no3")
        #expect(SepaText.line("  a \n\t b  ", most: 70) == "a b")
        #expect(SepaText.line("//a///b//", most: 70) == "a/b")
        #expect(SepaText.line(String(repeating: "é", count: 200), most: 140)?.count == 140)
        #expect(SepaText.line("中文", most: 70) == nil)
        #expect(SepaText.line("()", most: 70) == nil)
    }

    @Test("References are taken as they are or refused")
    func references() {
        for good in ["A", "IND-2026/1", String(repeating: "9", count: 35)] { #expect(SepaText.isReference(good)) }
        for bad in ["", "é", "/A", "A/", "A//B", " A", "A ", "A&B", "A\n", String(repeating: "9", count: 36)] {
            #expect(!SepaText.isReference(bad), "\(bad)")
        }
    }

    @Test("Whatever the text, only letters of the set come out", arguments: 0..<100)
    func anyText(seed: Int) {
        var numbers = SeededNumbers(UInt64(seed))
        let scalars = (0..<80).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x3000, using: &numbers)) }
        let line = SepaText.line(String(String.UnicodeScalarView(scalars)), most: 70) ?? ""
        #expect(line.unicodeScalars.allSatisfy(SepaText.isBasic))
        #expect(line.count <= 70)
    }

    @Test("Easter (formats.md 8) and the days on which banks rest")
    func calendar() {
        for (year, day) in [(2008, "2008-03-23"), (2024, "2024-03-31"), (2026, "2026-04-05"), (2027, "2027-03-28"), (2038, "2038-04-25")] {
            #expect(TargetCalendar.easter(year) == F.day(day))
        }
        for closed in ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2026-11-22"] {
            #expect(!TargetCalendar.isOpen(F.day(closed)), "\(closed)")
        }
        // French holidays on which banks do exchange.
        for open in ["2026-05-08", "2026-05-14", "2026-07-14", "2026-11-11"] { #expect(TargetCalendar.isOpen(F.day(open)), "\(open)") }
        #expect(TargetCalendar.next(from: F.day("2026-04-03")) == F.day("2026-04-07"))
    }
}
