import Kernel
import Testing

@Suite("National numbers")
struct NationalNumberTests {
    @Test("SIREN", arguments: ["732829320", "123456782", "356000000", "732 829 320"])
    func siren(_ text: String) throws {
        #expect(try NationalNumber.siren(text).value == text.replacing(" ", with: ""))
    }

    @Test("SIREN refused", arguments: ["123456789", "987654321", "12345678", "", "12345678O", "1234567820"])
    func refusedSiren(_ text: String) {
        #expect(throws: InputFault.self) { try NationalNumber.siren(text) }
    }

    @Test(
        "SIRET, with the exception of La Poste",
        arguments: ["73282932000074", "12345678200010", "35600000049837", "35600000000048", "123 456 782 00010"])
    func siret(_ text: String) throws {
        #expect(try NationalNumber.siret(text).remark == nil)
    }

    @Test("SIRET refused", arguments: ["73282932000075", "35600000049838", "123456782"])
    func refusedSiret(_ text: String) {
        #expect(throws: InputFault.self) { try NationalNumber.siret(text) }
    }

    @Test("RPPS: a wrong key is a remark, a wrong shape a refusal")
    func rpps() throws {
        #expect(try NationalNumber.rpps("99700366240").remark == nil)
        #expect(try NationalNumber.rpps("99700218896").remark == nil)
        #expect(try NationalNumber.rpps("997 0036 6240").value == "99700366240")
        #expect(try NationalNumber.rpps("99700366241").remark != nil)
        #expect(try NationalNumber.rpps("10101201234").remark != nil)
        #expect(throws: InputFault.self) { try NationalNumber.rpps("9970036624") }
        #expect(throws: InputFault("Un numéro RPPS a 11 chiffres : le 4e caractère, « o », n’en est pas un.")) {
            try NationalNumber.rpps("997O0366240")
        }
    }

    @Test("FINESS, Corsica included", arguments: ["750712184", "690781810", "130786049", "2A0000014", "2b0000020"])
    func finess(_ text: String) throws {
        #expect(try NationalNumber.finess(text).remark == nil)
    }

    @Test("FINESS with a wrong key gives a remark")
    func finessRemark() throws {
        #expect(try NationalNumber.finess("750712185").remark != nil)
        #expect(throws: InputFault.self) { try NationalNumber.finess("2C0000014") }
    }

    @Test("IBAN")
    func iban() throws {
        #expect(try NationalNumber.iban("fr76 3000 6000 0112 3456 7890 189").value == "FR7630006000011234567890189")
        #expect(throws: InputFault.self) { try NationalNumber.iban("FR7630006000011234567890188") }
        #expect(throws: InputFault.self) { try NationalNumber.iban("FR76300060000112345678901") }
        #expect(throws: InputFault.self) { try NationalNumber.iban("é") }
    }
}

@Suite("Social-security numbers")
struct SocialSecurityNumberTests {
    static let numbers = [
        "295109912611193", "253072B07300470", "253072b07300470", "253072A07300443", "163127847704294", "262087503203977", "184017500003201",
        "184017500003397",
    ]

    @Test("found alone, in a sentence, glued and cut", arguments: numbers)
    func found(_ number: String) {
        let pieces = Array(number)
        let grouped = [0..<1, 1..<3, 3..<5, 5..<7, 7..<10, 10..<13, 13..<15].map { String(pieces[$0]) }
        #expect(SocialSecurityNumber.isPresent(in: number))
        #expect(SocialSecurityNumber.isPresent(in: "Le patient, NIR \(number), vient mardi 12 à 18 h 30."))
        #expect(SocialSecurityNumber.isPresent(in: "NIR\(number)."))
        for separator in [" ", "\u{A0}", "\u{202F}", "\u{2009}", ".", "-", "\u{200B}", " - ", "\n"] {
            #expect(SocialSecurityNumber.isPresent(in: "n° " + grouped.joined(separator: separator) + " ok"))
        }
        #expect(SocialSecurityNumber.isPresent(in: pieces.map(String.init).joined(separator: " ")))
        #expect(SocialSecurityNumber.isPresent(in: "06 12 34 56 78 " + grouped.joined(separator: " ") + " 75011"))
        #expect(SocialSecurityNumber.isPresent(in: number.prefix(13) + " clé " + number.suffix(2)) == false)
        let wide = String(
            String.UnicodeScalarView(
                number.unicodeScalars.map { (48...57).contains($0.value) ? Unicode.Scalar($0.value + 0xFEE0) ?? $0 : $0 }))
        #expect(SocialSecurityNumber.isPresent(in: wide))
    }

    @Test("Long minutes full of figures are no number: rows, tables, accounts, codes, telephones")
    func usualLists() {
        var seed: UInt64 = 7
        func figure(_ digits: Int) -> String {
            (0..<digits).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return "\((seed >> 33) % 10)"
            }.joined()
        }
        let groups: [[Int]] = [
            [2, 2, 2, 2, 2], [10], [11], [9], [3, 3, 3], [3, 3, 3, 5], [4, 4, 4, 4, 4, 4, 3], [1, 3, 1, 3], [5], [1], [2], [4],
        ]
        for group in groups {
            for separator in [" ", "\n", ", ", " - "] {
                let text = (0..<(10_000 / (group.reduce(1, +) + group.count))).map { _ in group.map(figure).joined(separator: " ") }
                    .joined(separator: separator)
                #expect(!SocialSecurityNumber.isPresent(in: text), "\(group) by \(separator.debugDescription)")
            }
        }
        #expect(!SocialSecurityNumber.isPresent(in: (1...2_200).map(String.init).joined(separator: " ")))
    }

    @Test(
        "not found elsewhere",
        arguments: [
            "", "295109912611192", "253072C07300470", "29510991261119", "2951099126111930", "1295109912611193",
            "Réunion du 21/11/2026 à 18 h 30, salle 2",
            "SIRET 73282932000074, RPPS 99700366240", "FR76 3000 6000 0112 3456 7890 189", "+33 1 23 45 67 89, 06 12 34 56 78",
            "0197a1b2-c3d4-7e5f-8a9b-100000000000",
            "100000000000000", "195139912611100", "éééééééééééééééééééé", "2951099126111 ou encore 93", "123456789012345678901234567890",
        ])
    func absent(_ text: String) {
        #expect(!SocialSecurityNumber.isPresent(in: text))
    }
}
