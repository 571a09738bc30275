import Kernel

/// Rights of the module and the roles that hold them by default (missions.md 2.3).
enum Permissions {
    static let readMeetings = "facilitation.meeting.read"
    static let writeMeetings = "facilitation.meeting.write"
    static let manageMeetings = "facilitation.meeting.manage"
    static let convene = "facilitation.meeting.convene"
    static let answer = "facilitation.invitation.answer"
    static let propose = "facilitation.agenda.propose"
    static let readSheet = "facilitation.sheet.read"
    static let signSheet = "facilitation.sheet.sign"
    static let writeSheet = "facilitation.sheet.write"
    static let lockSheet = "facilitation.sheet.lock"
    static let reopenSheet = "facilitation.sheet.reopen"
    static let writeMinutes = "facilitation.minutes.write"
    static let publishMinutes = "facilitation.minutes.publish"
    static let approveMinutes = "facilitation.minutes.approve"
    static let readDecisions = "facilitation.decision.read"
    static let writeDecisions = "facilitation.decision.write"
    static let readCases = "facilitation.case.read"
    static let requestCases = "facilitation.case.request"
    static let writeCases = "facilitation.case.write"

    private static let team: [Role] = [.coordinator, .manager, .leader, .actionLead, .professional]
    private static let drivers: [Role] = [.coordinator, .manager, .leader, .actionLead]

    static let all: [Permission] = [
        Permission(readMeetings, label: "Voir les réunions", roles: team + [.secretary]),
        Permission(
            writeMeetings, label: "Préparer des réunions",
            explanation: "Chacun prépare ses propres réunions\u{202F}; la coordination prépare toutes les réunions.", roles: drivers),
        Permission(
            manageMeetings, label: "Piloter toutes les réunions",
            explanation: "Clore, archiver et modifier les réunions organisées par d’autres.",
            roles: [.coordinator, .manager, .leader]),
        Permission(convene, label: "Convoquer, relancer et annuler", roles: drivers),
        Permission(answer, label: "Répondre à une convocation", roles: team),
        Permission(propose, label: "Proposer un point à l’ordre du jour", roles: team),
        Permission(readSheet, label: "Voir les feuilles d’émargement", roles: drivers),
        Permission(signSheet, label: "Signaler sa propre présence", roles: team),
        Permission(
            writeSheet, label: "Tenir la feuille d’émargement", explanation: "Confirmer, excuser ou corriger la présence des participants.",
            roles: [.coordinator]),
        Permission(lockSheet, label: "Verrouiller la feuille d’émargement", roles: [.coordinator]),
        Permission(
            reopenSheet, label: "Rouvrir une feuille verrouillée", explanation: "Le motif est conservé dans la piste d’audit.",
            roles: [.manager]),
        Permission(writeMinutes, label: "Rédiger les comptes-rendus", roles: drivers),
        Permission(publishMinutes, label: "Diffuser les comptes-rendus", roles: [.coordinator, .manager]),
        Permission(approveMinutes, label: "Approuver les comptes-rendus", roles: [.manager]),
        Permission(readDecisions, label: "Voir les décisions", roles: team),
        Permission(writeDecisions, label: "Enregistrer et suivre les décisions", roles: drivers),
        Permission(
            readCases, label: "Voir le registre des situations", explanation: "L’en-tête seulement\u{A0}: ni identité ni contenu clinique.",
            roles: [.coordinator, .manager, .leader], isSensitive: true),
        Permission(requestCases, label: "Demander une concertation", roles: team),
        Permission(writeCases, label: "Programmer et suivre les situations", roles: [.coordinator]),
    ]
}
