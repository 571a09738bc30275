import Kernel
import Testing

@testable import Budget

@Suite("What an exercise must prove, against what is there")
struct RequirementMatchTests {
    private typealias Match = RequirementMatch

    private func piece(
        _ requirement: String?, _ indicator: AciIndicatorID, _ state: Match.Piece.State = .checked, title: String = "Pièce",
        declared: Bool = true, sequence: Int? = 1
    ) -> Match.Piece {
        var piece = Match.Piece(
            id: Fixtures.id("\(indicator.rawValue)\(requirement ?? "")\(title)\(sequence ?? 0)"), indicator: indicator,
            requirement: requirement, title: title, state: state, isDeclaredAnonymous: declared)
        piece.file = (Fixtures.id("file \(title)"), .pdf, 10, String(repeating: "a", count: 64))
        piece.sequence = sequence
        return piece
    }

    private func entry(
        _ sequence: Int, _ codes: [String], corrects: Int? = nil, choice: Match.LedgerFile.Choice? = .join, kind: PaperKind? = .pdf
    ) -> Match.LedgerEntry {
        Match.LedgerEntry(
            sequence: sequence, codes: codes, title: "Réunion \(sequence)", corrects: corrects,
            files: [
                Match.LedgerFile(
                    id: Fixtures.id("ledger \(sequence)"), rank: 0, title: "Feuille d’émargement", kind: kind, size: 5,
                    sha256: String(repeating: "b", count: 64), choice: choice)
            ])
    }

    @Test("every indicator of the accord that asks for a piece has a requirement, with a source and a name")
    func table() {
        let silent: Set<AciIndicatorID> = [.cooperationProtocols]
        for indicator in AciIndicatorID.allCases {
            #expect(Requirement.of(indicator).isEmpty == silent.contains(indicator), "\(indicator)")
        }
        #expect(Set(Requirement.all.map(\.id)).count == Requirement.all.count)
        for requirement in Requirement.all {
            #expect(requirement.id.hasPrefix("\(requirement.indicator.rawValue)."))
            #expect(!requirement.source.isEmpty && !requirement.title.isEmpty)
            #expect(requirement.id.split(separator: ".").last?.allSatisfy { $0 == "_" || ("a"..."z").contains($0) } == true)
        }
    }

    @Test("a piece is wanted for each unit claimed, up to the most that is paid", arguments: [(0, 0), (1, 1), (3, 3), (8, 8), (12, 8)])
    func perUnit(_ claimed: Int, _ wanted: Int) {
        let match = Match(claims: [Claim(indicator: .protocols, count: claimed)], ledger: [], pieces: [])
        #expect(match.wanted == wanted)
    }

    @Test("levels ask for the pieces of the levels below", arguments: [(1, 1), (2, 2), (3, 3)])
    func levels(_ level: Int, _ wanted: Int) {
        #expect(Match(claims: [Claim(indicator: .quality, count: level)], ledger: [], pieces: []).wanted == wanted)
    }

    @Test("a gap names its piece and how many are there")
    func gaps() {
        let match = Match(
            claims: [Claim(indicator: .protocols, count: 3), Claim(indicator: .openingHours, count: 1)], ledger: [],
            pieces: [piece("A2-PRO.copy", .protocols)])
        #expect(
            match.gaps == [
                "A1-HOR\u{A0}: il manque «\u{A0}Charte d’engagement\u{A0}».",
                "A2-PRO\u{A0}: il manque 2 × «\u{A0}Copie d’un protocole\u{A0}» (1 sur 3).",
            ])
        #expect((match.present, match.wanted) == (1, 4))
    }

    @Test("closed meetings of the ledger count for the concertation; a corrected entry does not; a piece put by hand covers all")
    func ledger() {
        let claims = [Claim(indicator: .concertation, count: 3)]
        let entries = [
            entry(1, ["concertation"]), entry(2, ["concertation"]), entry(3, ["concertation"], corrects: 2), entry(4, ["protocoles"]),
        ]
        #expect(Match(claims: claims, ledger: entries, pieces: []).present == 2)
        #expect(Match(claims: claims, ledger: [], pieces: [piece("A2-RCP.meetings", .concertation, .provided)]).gaps.isEmpty)
    }

    @Test("missing and rejected pieces prove nothing")
    func states() {
        for state in [Match.Piece.State.missing, .rejected] {
            let match = Match(
                claims: [Claim(indicator: .openingHours, count: 1)], ledger: [], pieces: [piece("A1-HOR.charter", .openingHours, state)])
            #expect(match.gaps.count == 1)
        }
    }

    @Test("a piece that is not declared, one that is not checked and a file of the ledger that nobody read again block, each by name")
    func blockers() {
        let match = Match(
            claims: [Claim(indicator: .openingHours, count: 1), Claim(indicator: .concertation, count: 2)],
            ledger: [entry(1, ["concertation"], choice: nil), entry(2, ["concertation"], choice: nil, kind: nil)],
            pieces: [
                piece("A1-HOR.charter", .openingHours, .provided, title: "Charte 2026", declared: false),
                piece(nil, .openingHours, .provided, title: "Affiche"),
            ])
        #expect(match.gaps.isEmpty)
        #expect(
            match.blockers.map(\.text) == [
                "A1-HOR\u{A0}: la pièce «\u{A0}Charte 2026\u{A0}» n’est pas déclarée anonyme.",
                "A1-HOR\u{A0}: la pièce «\u{A0}Affiche\u{A0}» reste à vérifier.",
                "A2-RCP\u{A0}: 1\u{A0}fichier de 1\u{A0}réunion à relire\u{A0}: joignez-les, choisissez, ou n’en joignez aucun.",
            ])
        #expect(match.blockers[0].place == .piece(piece("A1-HOR.charter", .openingHours, .provided, title: "Charte 2026").id))
        #expect(match.blockers[2].place == .ledger(.concertation))
    }

    @Test("an indicator with money whose meetings have no sheet joined is told with its euros; a piece put by hand, or no money, is silent")
    func warnings() {
        func warnings(
            _ choices: [Match.LedgerFile.Choice?], cents: Int = 1_188_100, pieces: [Match.Piece] = [], kind: PaperKind? = .pdf
        ) -> [String] {
            let ledger = choices.enumerated().map { entry($0 + 1, ["concertation"], choice: $1, kind: kind) }
            let line = SimulatedLine(indicator: .concertation, name: "Concertation", points: .zero, amountCents: cents, values: [])
            return Match(claims: [Claim(indicator: .concertation, count: 3)], ledger: ledger, pieces: pieces).warnings([line])
        }
        let start = "A2-RCP, \(French.money(cents: 1_188_100))\u{A0}: "
        #expect(warnings([.leave, .leave, nil]) == [start + "3\u{A0}réunions\u{A0}: aucune feuille n’est jointe."])
        // Files that cannot be joined prove nothing either.
        #expect(warnings([nil, nil], kind: nil) == [start + "2\u{A0}réunions\u{A0}: aucune feuille n’est jointe."])
        #expect(warnings([.join, .leave, .leave]) == [start + "3\u{A0}réunions\u{A0}: une seule a sa feuille jointe."])
        #expect(warnings([.join, .join, .leave]) == [start + "3\u{A0}réunions\u{A0}: 2 seulement ont leur feuille jointe."])
        #expect(warnings([.join, .join]).isEmpty && warnings([.leave], cents: 0).isEmpty && warnings([]).isEmpty)
        #expect(warnings([.leave], pieces: [piece("A2-RCP.meetings", .concertation)]).isEmpty)
    }

    @Test("without a claimed indicator there is no dossier")
    func nothing() {
        #expect(Match(claims: [], ledger: [], pieces: []).blockers.map(\.text) == ["Aucun indicateur n’est revendiqué pour cet exercice."])
    }

    @Test("the dossier takes checked pieces of claimed indicators and files that were joined, nothing else")
    func plan() throws {
        let match = Match(
            claims: [Claim(indicator: .openingHours, count: 1), Claim(indicator: .concertation, count: 1)],
            ledger: [entry(7, ["concertation"]), entry(8, ["concertation"], choice: .leave)],
            pieces: [
                piece("A1-HOR.charter", .openingHours, title: "Charte", sequence: 9),
                piece("A1-HOR.charter", .openingHours, .provided, title: "Pas vérifiée", sequence: nil),
                piece("A2-PRO.copy", .protocols, title: "Non revendiqué", sequence: 10),
            ])
        let (plan, files) = try match.plan(names: [.openingHours: "Horaires"])
        #expect(
            plan.rows.map(\.path.text) == [
                "A1-HOR/001-charte.pdf", "A2-RCP/001-feuille-d-emargement-reunion-7.pdf",
            ])
        #expect(files[DossierPlan.Place(sequence: 9, rank: 0)] == Fixtures.id("file Charte"))
    }
}

@Suite("Simulation against notice and payments")
struct ReconciliationTests {
    private func line(_ id: AciIndicatorID, _ points: Int, _ cents: Int) -> SimulatedLine {
        SimulatedLine(indicator: id, name: id.shortName, points: ExactDecimal(points), amountCents: cents, values: [])
    }

    private func make(_ notice: [AciIndicatorID: Reconciliation.Notified], _ payments: [Reconciliation.Payment] = []) -> Reconciliation {
        Reconciliation(
            simulated: [line(.openingHours, 800, 560_000), line(.protocols, 300, 210_000), line(.quality, 0, 0)], simulatedCents: 770_000,
            advanceCents: 462_000, notice: notice, payments: payments)
    }

    @Test("without a notice there is no difference, and the balance follows from the simulation")
    func noNotice() {
        let sums = make([:], [Reconciliation.Payment(kind: .advance, cents: 462_000)])
        #expect(sums.lines.map(\.difference) == [nil, nil])
        #expect(sums.balanceCents == 308_000 && !sums.isDebt)
    }

    @Test("each difference is told, and stays to be explained until a person says why")
    func differences() {
        let sums = make([
            .openingHours: .init(points: ExactDecimal(780), amountCents: 546_000, reason: "Fermeture d’été de deux semaines"),
            .protocols: .init(points: ExactDecimal(200), amountCents: 140_000, reason: nil),
            .quality: .init(points: ExactDecimal(100), amountCents: 70_000, reason: nil),
        ])
        #expect(sums.lines.map(\.difference) == [-14_000, -70_000, 70_000])
        #expect(sums.unexplained.map(\.indicator) == [.protocols, .quality])
        #expect(sums.lines[1].guess == "100\u{A0}points de moins que la simulation.")
        #expect(sums.lines[2].guess == "Indicateur retenu que la simulation ne comptait pas.")
        #expect(sums.notifiedCents == 756_000)
    }

    @Test("an advance above what is due is a debt")
    func debt() {
        let sums = make(
            [.openingHours: .init(points: nil, amountCents: 400_000, reason: nil)],
            [.init(kind: .advance, cents: 462_000), .init(kind: .recovery, cents: -12_000)])
        #expect(sums.balanceCents == -50_000 && sums.isDebt)
        #expect((sums.receivedAdvanceCents, sums.receivedRestCents) == (462_000, -12_000))
    }
}
