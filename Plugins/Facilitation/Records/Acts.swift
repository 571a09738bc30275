import Kernel

/// Segments of the acts on a meeting in its HTML address, after the meeting's id. The API says them in English (see `MeetingRecord`).
enum Acts {
    static let schedule = "programmer"
    static let cancel = "annuler"
    static let invite = "inviter"
    static let uninvite = "retirer-invitation"
    static let convene = "convoquer"
    static let remind = "relancer"
    static let waive = "renonciation-au-delai"
    static let resend = "renvoyer"
    static let answer = "repondre"
    static let noteAnswer = "noter-reponse"

    static let addItem = "ajouter-point"
    static let proposeItem = "proposer-point"
    static let acceptItem = "retenir-point"
    static let refuseItem = "ecarter-point"
    static let moveItem = "deplacer-point"
    static let removeItem = "retirer-point"

    static let start = "commencer"
    static let finish = "terminer"
    static let sign = "je-suis-la"
    static let arrive = "arrivee"
    static let leave = "depart"
    static let excuse = "absence"
    static let correct = "corriger-minutes"
    static let indemnity = "indemnite"

    static let note = "noter"
    static let removeNote = "retirer-note"
    static let decide = "decider"
    static let save = "enregistrer-compte-rendu"
    static let submit = "faire-relire"
    static let publish = "diffuser"
    static let approve = "approuver"

    static let lock = "verrouiller"
    static let reopen = "rouvrir"
    static let close = "clore"

    static let requestCase = "demander-situation"
    static let scheduleCase = "inscrire-situation"
    static let unscheduleCase = "retirer-situation"
    static let skipCase = "situation-non-examinee"
}

/// What reference fields of the module point to.
enum References {
    private static let personName: SQL = "shown_name"

    static let professional = ReferenceTarget(record: "core.professional", table: "kernel.professional", title: personName)
    static let room = ReferenceTarget(record: "core.room", table: "kernel.room", title: "name")
    static let group = ReferenceTarget(record: "core.group", table: "kernel.team_group", title: "name")
    static let task = ReferenceTarget(record: "core.task", table: "kernel.task", title: "title")
    static let meeting = ReferenceTarget(record: "facilitation.meeting", table: "facilitation.meeting", title: "title")
    static let guest = ReferenceTarget(record: "facilitation.guest", table: "facilitation.guest", title: "name")
    static let rcpCase = ReferenceTarget(record: "facilitation.rcp_case", table: "facilitation.rcp_case", title: "case_code")
    static let item = ReferenceTarget(record: "facilitation.agenda_item", table: "facilitation.agenda_item", title: "title")
    static let note = ReferenceTarget(record: "facilitation.minutes_note", table: "facilitation.minutes_note", title: "left(text, 80)")
    static let invitation = ReferenceTarget(
        record: "facilitation.meeting_invitation", table: "facilitation.meeting_invitation", title: "id::text")
}
