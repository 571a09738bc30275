internal import Kernel

/// How the stays of one person follow from a change of the sheet: what was true on a past day stays true of it.
enum TeamHistory {
    /// What the sheet says of a person: the latest stay, and who the person is now.
    struct Sheet: Sendable, Equatable {
        var joinedOn: CivilDate
        var leftOn: CivilDate?
        var profession: String
        var isAssociate: Bool
        var isIndemnifiable: Bool
        /// First day of profession and standing; nil: since the person joined.
        var holdsFrom: CivilDate?

        fileprivate func isLike(_ other: Sheet) -> Bool {
            profession == other.profession && isAssociate == other.isAssociate && isIndemnifiable == other.isIndemnifiable
        }

        fileprivate func line(_ person: Identifier, from day: CivilDate) -> TeamStay {
            TeamStay(
                person: person, fromOn: day, toOn: leftOn, profession: profession, isAssociate: isAssociate,
                isIndemnifiable: isIndemnifiable)
        }
    }

    /// The lines after a change, and what the sheet then says.
    struct Change: Sendable, Equatable {
        var lines: [TeamStay]
        var sheet: Sheet
    }

    /// The first line of somebody who joins.
    static func first(_ person: Identifier, _ sheet: Sheet) -> Change {
        var sheet = sheet
        sheet.holdsFrom = nil
        return Change(lines: [sheet.line(person, from: sheet.joinedOn)], sheet: sheet)
    }

    /// A changed sheet. An entry after the last day of a stay that is over is a new stay; profession and standing change from the day
    /// that the sheet names anew, else from today.
    /// - Parameter isCorrection: the caller gave a reason for taking days away from the past.
    static func changed(
        _ person: Identifier, _ lines: [TeamStay], from old: Sheet, to new: Sheet, today: CivilDate, isCorrection: Bool = false
    ) throws(Refusal) -> Change {
        var sheet = new
        if let left = old.leftOn, new.joinedOn > left {
            sheet.holdsFrom = nil
            return Change(lines: lines + [sheet.line(person, from: new.joinedOn)], sheet: sheet)
        }
        if !isCorrection { try refuseLosses(old, new, today) }
        let before = lines.filter { $0.fromOn < old.joinedOn }
        if let last = before.last, last.toOn.map({ $0 >= new.joinedOn }) ?? true {
            throw Refusal.invalid(
                "joined_on",
                "Un passage précédent va jusqu’au \(last.toOn.map { French.date($0) } ?? "même jour")\u{A0}: indiquez un jour plus tard.")
        }
        var stay = lines.filter { $0.fromOn >= old.joinedOn && ($0.toOn.map { $0 >= new.joinedOn } ?? true) }
        stay = stay.filter { line in new.leftOn.map { line.fromOn <= $0 } ?? true }
        if stay.isEmpty { stay = [old.line(person, from: new.joinedOn)] }
        stay[0].fromOn = new.joinedOn
        stay[stay.count - 1].toOn = new.leftOn
        if !new.isLike(old) {
            let named = new.holdsFrom != old.holdsFrom ? new.holdsFrom : nil
            let since = named ?? max(today, new.joinedOn)
            guard since >= new.joinedOn, new.leftOn.map({ since <= $0 }) ?? true else {
                throw Refusal.invalid("holds_from", "Indiquez un jour où la personne est dans l’équipe.")
            }
            stay = stay.filter { $0.fromOn < since }
            if !stay.isEmpty { stay[stay.count - 1].toOn = since.adding(days: -1) }
            stay.append(new.line(person, from: since))
            sheet.holdsFrom = since == new.joinedOn ? nil : since
        } else {
            sheet.holdsFrom = stay.count > 1 ? stay.last?.fromOn : nil
        }
        return Change(lines: before + stay, sheet: sheet)
    }

    /// Days of the past are not taken away, nor an absence filled, by a change that may mean a return.
    private static func refuseLosses(_ old: Sheet, _ new: Sheet, _ today: CivilDate) throws(Refusal) {
        if new.joinedOn > old.joinedOn, old.joinedOn < today {
            throw Refusal.invalid(
                "joined_on",
                "Les jours passés depuis le \(French.date(old.joinedOn)) seraient perdus. Si la personne est revenue, notez d’abord sa sortie\u{A0}; si la date était fausse, corrigez le passage."
            )
        }
        if let left = old.leftOn, left < today, new.leftOn == nil {
            throw Refusal.invalid(
                "left_on",
                "Cette personne est sortie le \(French.date(left)). Si elle est revenue, indiquez sa nouvelle entrée\u{A0}; si la date était fausse, corrigez le passage."
            )
        }
    }
}
