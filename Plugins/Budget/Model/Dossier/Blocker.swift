import Kernel

/// What keeps a dossier from being sealed, by its name, and where it is mended.
struct Blocker: Sendable, Equatable {
    enum Place: Sendable, Equatable {
        /// The exercise claims nothing yet.
        case exercise
        /// A piece is missing: where one is deposited for this requirement.
        case requirement(String)
        /// A piece that is there and waits.
        case piece(Identifier)
        /// A claim above what the directory shows.
        case reason(AciIndicatorID)
        /// Files of the evidence ledger that nobody read again.
        case ledger(AciIndicatorID)
    }

    let text: String
    let place: Place
}

extension RequirementMatch.Need {
    var blocker: Blocker? { gap.map { Blocker(text: $0, place: .requirement(requirement.id)) } }
}

extension RequirementMatch.Status {
    /// Files of the ledger that could be joined and that nobody decided about.
    var openFiles: [RequirementMatch.LedgerFile] { entries.flatMap(\.files).filter { $0.choice == nil && $0.kind != nil } }

    /// The meetings that prove an indicator, and how many of them have a file in the dossier.
    struct Meetings: Sendable, Equatable {
        let held: Int
        let joined: Int

        /// What is to be known before anything is sealed; nil when each meeting has its file.
        var warning: String? {
            guard joined < held else { return nil }
            let held = French.plural(held, "réunion", "réunions")
            return joined == 0
                ? "\(held)\u{A0}: aucune feuille n’est jointe"
                : "\(held)\u{A0}: \(joined < 2 ? "une seule a sa feuille jointe" : "\(French.number(joined)) seulement ont leur feuille jointe")"
        }
    }

    /// Nil where meetings prove nothing, or where a piece deposited by hand proves them all.
    var meetings: Meetings? {
        guard !entries.isEmpty, let need = needs.first(where: { !$0.requirement.ledger.isEmpty }),
            !pieces.contains(where: { $0.requirement == need.requirement.id && $0.isThere })
        else { return nil }
        return Meetings(held: entries.count, joined: entries.count { $0.files.contains { $0.choice == .join } })
    }

    fileprivate var blockers: [Blocker] {
        var blockers = pieces.filter(\.isThere).compactMap { piece -> Blocker? in
            if !piece.isDeclaredAnonymous {
                return Blocker(
                    text: "\(indicator.rawValue)\u{A0}: la pièce «\u{A0}\(piece.title)\u{A0}» n’est pas déclarée anonyme.",
                    place: .piece(piece.id))
            }
            guard piece.state == .provided else { return nil }
            return Blocker(
                text: "\(indicator.rawValue)\u{A0}: la pièce «\u{A0}\(piece.title)\u{A0}» reste à vérifier.", place: .piece(piece.id))
        }
        if !openFiles.isEmpty {
            let waiting = entries.count { entry in entry.files.contains { $0.choice == nil && $0.kind != nil } }
            blockers.append(
                Blocker(
                    text:
                        "\(indicator.rawValue)\u{A0}: \(French.plural(openFiles.count, "fichier", "fichiers")) de \(French.plural(waiting, "réunion", "réunions")) à relire\u{A0}: joignez-les, choisissez, ou n’en joignez aucun.",
                    place: .ledger(indicator)))
        }
        return blockers
    }
}

extension RequirementMatch {
    /// Everything that keeps the dossier from being sealed. Empty when nothing does.
    var blockers: [Blocker] {
        guard !statuses.isEmpty else { return [Blocker(text: "Aucun indicateur n’est revendiqué pour cet exercice.", place: .exercise)] }
        return statuses.flatMap { $0.needs.compactMap(\.blocker) } + statuses.flatMap(\.blockers)
    }

    /// What nothing forbids and nobody may overlook: indicators with money whose meetings have no file in the dossier.
    func warnings(_ lines: [SimulatedLine]) -> [String] {
        statuses.compactMap { status in
            guard let cents = lines.first(where: { $0.indicator == status.indicator })?.amountCents, cents > 0,
                let warning = status.meetings?.warning
            else { return nil }
            return "\(status.indicator.rawValue), \(French.money(cents: cents))\u{A0}: \(warning)."
        }
    }
}
