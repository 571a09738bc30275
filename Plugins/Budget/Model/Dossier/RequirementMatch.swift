import Kernel

/// What an exercise must prove against what is there: the evidence ledger, and the pieces deposited by hand.
///
/// Pure: the same lists give the same answer, so the cockpit, the sealing and the indicator agree.
struct RequirementMatch: Sendable {
    /// An entry of the evidence ledger.
    struct LedgerEntry: Sendable {
        let sequence: Int
        /// Indicators or themes that it serves, as its module says them.
        let codes: [String]
        let title: String
        /// The entry that it replaces.
        var corrects: Int?
        var files: [LedgerFile] = []
    }

    /// A file behind an entry, and what a person said of it.
    struct LedgerFile: Sendable {
        let id: Identifier
        /// Rank inside its entry.
        let rank: Int
        let title: String
        /// Nil when the payer's systems cannot open it: such a file is never joined.
        let kind: PaperKind?
        let size: Int
        let sha256: String
        var choice: Choice?

        enum Choice: String, CaseIterable, Sendable {
            /// Read again: no patient can be recognised.
            case join = "JOIN"
            case leave = "LEAVE"
        }
    }

    /// A piece deposited by hand, or expected.
    struct Piece: Sendable {
        let id: Identifier
        let indicator: AciIndicatorID
        /// Id of a requirement; nil for a piece beyond them.
        let requirement: String?
        let title: String
        let state: State
        let isDeclaredAnonymous: Bool
        var file: (id: Identifier, kind: PaperKind, size: Int, sha256: String)?
        /// Its entry in the ledger, once checked.
        var sequence: Int?

        enum State: String, Sendable { case missing = "MISSING", provided = "PROVIDED", checked = "CHECKED", rejected = "REJECTED" }

        var isThere: Bool { state == .provided || state == .checked }
    }

    /// One requirement against what is there.
    struct Need: Sendable {
        let requirement: Requirement
        let wanted: Int
        /// Never more than wanted, so that sums mean something.
        let present: Int

        /// What is missing, in a French sentence; nil when nothing is.
        var gap: String? {
            guard present < wanted else { return nil }
            let count = wanted - present
            return wanted == 1
                ? "\(requirement.indicator.rawValue)\u{A0}: il manque «\u{A0}\(requirement.title)\u{A0}»."
                : "\(requirement.indicator.rawValue)\u{A0}: il manque \(French.number(count)) × «\u{A0}\(requirement.title)\u{A0}» (\(present) sur \(wanted))."
        }
    }

    /// One claimed indicator.
    struct Status: Sendable {
        let indicator: AciIndicatorID
        let needs: [Need]
        let pieces: [Piece]
        let entries: [LedgerEntry]

        var wanted: Int { needs.reduce(0) { $0 + $1.wanted } }
        var present: Int { needs.reduce(0) { $0 + $1.present } }
        /// French sentences, one for each gap.
        var gaps: [String] { needs.compactMap(\.gap) }
    }

    /// Claimed indicators in the order of the accord.
    let statuses: [Status]

    var wanted: Int { statuses.reduce(0) { $0 + $1.wanted } }
    var present: Int { statuses.reduce(0) { $0 + $1.present } }
    var gaps: [String] { statuses.flatMap(\.gaps) }

    /// Kinds of evidence that the dossier itself files: they prove nothing a second time.
    static let ownKinds = ["budget.exhibit", "budget.dossier"]

    init(claims: [Claim], ledger: [LedgerEntry], pieces: [Piece]) {
        let replaced = Set(ledger.compactMap(\.corrects))
        let standing = ledger.filter { !replaced.contains($0.sequence) }.sorted { $0.sequence < $1.sequence }
        statuses = claims.sorted { $0.indicator.order < $1.indicator.order }.map { claim in
            let requirements = Requirement.of(claim.indicator)
            let codes = requirements.reduce(into: Set<String>([claim.indicator.rawValue])) { $0.formUnion($1.ledger) }
            let entries = standing.filter { !codes.isDisjoint(with: $0.codes) }
            let own = pieces.filter { $0.indicator == claim.indicator && $0.state != .rejected }
            let needs = requirements.map { requirement in
                let wanted = requirement.wanted(claim.count)
                let given = own.filter { $0.requirement == requirement.id && $0.isThere }.count
                var present = given
                if !requirement.ledger.isEmpty {
                    // A piece put there by hand covers all, whatever the ledger holds.
                    present = given > 0 ? wanted : entries.filter { !requirement.ledger.isDisjoint(with: $0.codes) }.count
                }
                return Need(requirement: requirement, wanted: wanted, present: min(present, wanted))
            }
            return Status(indicator: claim.indicator, needs: needs, pieces: own, entries: entries)
        }
    }

    /// What the dossier takes: checked pieces, and files of the ledger that somebody read again.
    func plan(names: [AciIndicatorID: String]) throws(InputFault) -> (plan: DossierPlan, files: [DossierPlan.Place: Identifier]) {
        var files: [DossierPlan.Place: Identifier] = [:]
        let indicators = statuses.map { status in
            var exhibits: [DossierPlan.Exhibit] = []
            for piece in status.pieces where piece.state == .checked && piece.isDeclaredAnonymous {
                guard let file = piece.file, let sequence = piece.sequence else { continue }
                exhibits.append(
                    DossierPlan.Exhibit(
                        sequence: sequence, title: piece.title,
                        purpose: piece.requirement.flatMap(Requirement.of)?.title ?? "Pièce de plus",
                        kind: file.kind, size: file.size, sha256: file.sha256))
                files[DossierPlan.Place(sequence: sequence, rank: 0)] = file.id
            }
            for entry in status.entries {
                for file in entry.files where file.choice == .join {
                    guard let kind = file.kind else { continue }
                    exhibits.append(
                        DossierPlan.Exhibit(
                            sequence: entry.sequence, rank: file.rank, title: "\(file.title) – \(entry.title)",
                            purpose: "Registre des preuves, n°\u{A0}\(entry.sequence)", kind: kind, size: file.size, sha256: file.sha256))
                    files[DossierPlan.Place(sequence: entry.sequence, rank: file.rank)] = file.id
                }
            }
            return DossierPlan.Indicator(
                code: status.indicator.rawValue, label: names[status.indicator] ?? status.indicator.rawValue, exhibits: exhibits)
        }
        return (try DossierPlan(indicators), files)
    }
}

extension DossierPlan {
    /// Where the bytes of an exhibit come from: an entry of the ledger and the rank of its file.
    struct Place: Hashable, Sendable {
        let sequence: Int
        let rank: Int
    }
}
