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
    static let correctHours = "corriger-heures"
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
    static let meeting = ReferenceTarget(record: meetings, table: "facilitation.meeting", title: "title")
    /// Namesakes from outside are told apart by where they come from.
    static let guest = ReferenceTarget(
        record: "facilitation.guest", table: "facilitation.guest", title: "concat_ws(', ', name, coalesce(organisation, job))")
    /// Meetings that can take a situation: of the right type and not held yet, by day.
    static let openMeeting = meeting.telling(
        "title || coalesce(to_char(starts_at at time zone (select kernel.current_zone()), ' – DD/MM/YYYY HH24:MI'), '')"
    ).among("meeting_type in ('RCP', 'FEEDBACK') and status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CONVENED')", order: "starts_at")
    /// Situations that may be put on a programme.
    static let openCase = rcpCase.among("state not in ('CLOSED', 'WITHDRAWN')")
    static let rcpCase = ReferenceTarget(record: "facilitation.rcp_case", table: "facilitation.rcp_case", title: "case_code")
    // Rows of a meeting: only those of the meeting acted on.
    static let item = ReferenceTarget(
        "agenda", under: meetings, table: "facilitation.agenda_item", title: "title", reading: Permissions.readMeetings,
        within: "meeting_id = $2 and archived_at is null",
        mask: ReferenceTarget.Mask("kind = 'CASE'", unless: Permissions.readCases, words: MeetingScreen.hiddenCase))
    static let note = ReferenceTarget(
        "notes", under: meetings, table: "facilitation.minutes_note", title: "left(text, 80)", reading: Permissions.writeMinutes,
        within: "meeting_id = $2 and kind = 'NOTE' and archived_at is null")
    static let invitation = ReferenceTarget(
        "invitations", under: meetings, table: "facilitation.meeting_invitation",
        title: """
            coalesce((select p.shown_name from kernel.professional p
                where p.msp_id = $1 and p.id = meeting_invitation.professional_id),
                (select concat_ws(', ', g.name, coalesce(g.organisation, g.job)) from facilitation.guest g
                where g.msp_id = $1 and g.id = meeting_invitation.guest_id))
            """, reading: Permissions.readMeetings, within: "meeting_id = $2 and archived_at is null")
    private static let meetings = "facilitation.meeting"
    /// Somebody from outside whom this meeting knows.
    static let guestHere = guest.within(
        """
        id in (select v.guest_id from facilitation.meeting_invitation v where v.msp_id = $1 and v.meeting_id = $2 and v.archived_at is null)
        """, reading: Permissions.readMeetings)
    static let caseHere = rcpCase.within(
        """
        id in (select c.case_id from facilitation.meeting_case c where c.msp_id = $1 and c.meeting_id = $2 and c.archived_at is null)
        """)
}
