import Kernel
import Postgres

/// Whether an assembly is convened in time (missions.md 12.2). Pure.
enum AssemblyNotice {
    /// Full days asked where the MSP wrote nothing else: the usual delay of the law for companies of persons.
    static let usualDays = NoticeDelay.advisedDays

    /// The first day on which an assembly convened today may be held: neither the day of sending nor its own day counts.
    static func earliest(sent: CivilDate, days: Int) -> CivilDate { sent.adding(days: days + 1) }

    /// What stands against sending a notice; nil when it leaves in time, or when every associate waived the delay.
    /// - Parameter missing: associates who did not waive it, by name.
    static func refusal(type: MeetingType, sent: CivilDate, meeting: CivilDate, days: Int, associates: Int, missing: [String]) -> Refusal? {
        let first = earliest(sent: sent, days: days)
        guard type.isAssembly, meeting < first else { return nil }
        if associates > 0, missing.isEmpty { return nil }
        let way =
            associates == 0
            ? "Aucun associé n’est connu dans l’annuaire."
            : "Il manque la renonciation de \(missing.joined(separator: ", "))."
        return Refusal(
            status: 409, code: "assembly_notice_too_short",
            message:
                "Une assemblée se convoque au moins \(days)\u{A0}jours francs avant\u{A0}: au plus tôt le \(French.longDate(first)). "
                + "Changez la date, ou faites noter la renonciation de chacun des associés au délai. \(way)")
    }
}
