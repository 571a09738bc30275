import Kernel
import Postgres

/// The one act that a meeting waits for, with what is missing before it, in words. Pure: the page draws it.
struct NextStep: Sendable, Equatable {
    enum Act: Sendable, Equatable {
        case schedule, convene, open, rejoin, lock, join, publish, close, none
    }

    let act: Act
    let title: String
    let explanation: String
    /// What to repair first; the act is offered only when this is empty.
    let missing: [FieldFault]

    /// The step of a meeting as it stands.
    static func of(_ screen: MeetingScreen, now: Instant) -> NextStep {
        let head = screen.head
        switch MeetingStatus(rawValue: head.status) ?? .draft {
        case .draft, .pollOpen:
            return NextStep(
                act: .schedule, title: "Fixer la date", explanation: "La réunion n’a pas encore de date\u{A0}: elle reste un brouillon.",
                missing: [])
        case .scheduled:
            let missing = MeetingGuards.faultsBeforeNotice(notice(screen))
            return NextStep(
                act: .convene, title: "Convoquer",
                explanation: missing.isEmpty
                    ? "Chaque personne invitée reçoit l’ordre du jour et répond d’un geste, sans compte."
                    : "Il reste à compléter avant d’envoyer la convocation.",
                missing: missing)
        case .convened:
            return convened(screen, now: now)
        case .held:
            return held(screen)
        case .closed:
            return NextStep(act: .none, title: "Réunion close", explanation: "", missing: [])
        case .cancelled:
            return NextStep(
                act: .none, title: "Réunion annulée", explanation: "Un message est parti aux personnes convoquées.", missing: [])
        }
    }

    private static func notice(_ screen: MeetingScreen) -> MeetingGuards.Notice {
        MeetingGuards.Notice(
            startsAt: screen.head.startsAt, hasRoom: !screen.head.place.isEmpty, place: nil, videoURL: screen.head.videoURL,
            agendaItems: screen.accepted.count, invitees: screen.invited.count)
    }

    private static func convened(_ screen: MeetingScreen, now: Instant) -> NextStep {
        if screen.head.actualStart != nil {
            return NextStep(
                act: .rejoin, title: "La réunion est en cours",
                explanation: "\(Say.count(screen.present.count, "personne présente", "personnes présentes")) à cet instant.", missing: [])
        }
        let waiting = screen.answers("NONE")
        let answers =
            waiting == 0
            ? "Toutes les personnes invitées ont répondu."
            : "\(Say.count(waiting, "personne n’a pas encore répondu", "personnes n’ont pas encore répondu"))."
        return NextStep(act: .open, title: "Ouvrir la séance", explanation: answers, missing: [])
    }

    private static func held(_ screen: MeetingScreen) -> NextStep {
        if screen.head.isEnteredAfterwards, screen.head.sheetState != "LOCKED" {
            return NextStep(
                act: .join, title: "Joindre la feuille numérisée",
                explanation: "Cette réunion est saisie après coup\u{A0}: sa feuille papier en est la preuve.", missing: [])
        }
        if screen.head.sheetState != "LOCKED" {
            let silent = screen.people.count { $0.state == nil }
            return NextStep(
                act: .lock, title: "Verrouiller la feuille d’émargement",
                explanation: silent == 0
                    ? "Chaque présence est renseignée."
                    : "\(Say.count(silent, "personne est", "personnes sont")) sans présence renseignée\u{202F}; elles seront notées absentes.",
                missing: [])
        }
        if MinutesWorkflow.isEditable(screen.head.minutesStatus), !screen.head.isEnteredAfterwards {
            return NextStep(
                act: .publish, title: "Diffuser le compte-rendu",
                explanation: "La feuille est verrouillée. Relisez le compte-rendu, puis diffusez-le à l’équipe.", missing: [])
        }
        return NextStep(
            act: .close, title: "Clore la réunion",
            explanation: screen.head.isEnteredAfterwards
                ? "Feuille numérisée jointe\u{A0}: la clôture classe le justificatif."
                : "Feuille verrouillée, compte-rendu diffusé\u{A0}: la clôture classe les justificatifs.",
            missing: MeetingGuards.faultsBeforeClosing(
                sheetState: screen.head.sheetState, minutesStatus: screen.head.minutesStatus,
                isEnteredAfterwards: screen.head.isEnteredAfterwards))
    }
}
