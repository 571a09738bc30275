import Kernel

/// Code lists of the module (missions.md 4.2 and 16): stable codes, French labels.
enum Codes {
    static let meetingType = CodeList("facilitation.meeting_type", MeetingType.allCases.map { ($0.rawValue, $0.label) })

    static let meetingStatus = CodeList("facilitation.meeting_status", MeetingStatus.allCases.map { ($0.rawValue, $0.label) })

    static let mode = CodeList(
        "facilitation.mode", [("ON_SITE", "Sur place"), ("VIDEO", "À distance"), ("HYBRID", "Sur place et à distance")])

    static let presenceMode = CodeList("facilitation.presence_mode", [("ON_SITE", "Sur place"), ("VIDEO", "À distance")])

    static let sheetState = CodeList(
        "facilitation.sheet_state", [("OPEN", "Ouverte"), ("LOCKED", "Verrouillée"), ("REOPENED", "Rouverte")])

    static let answer = CodeList(
        "facilitation.answer", [("YES", "Oui"), ("NO", "Non"), ("MAYBE", "Peut-être"), ("NONE", "Sans réponse")])

    static let invitationSource = CodeList(
        "facilitation.invitation_source", [("PERSON", "Personne"), ("GROUP", "Groupe"), ("PROFESSION", "Profession"), ("ROLE", "Rôle")])

    static let agendaKind = CodeList(
        "facilitation.agenda_kind",
        [("INFO", "Information"), ("DISCUSSION", "Échange"), ("DECISION", "Décision"), ("CASE", "Situation"), ("VOTE", "Vote")])

    static let agendaState = CodeList(
        "facilitation.agenda_state", [("PROPOSED", "Proposé"), ("ACCEPTED", "Retenu"), ("REFUSED", "Non retenu")])

    static let attendanceState = CodeList(
        "facilitation.attendance_state",
        [("PRESENT", "Présent·e"), ("EXCUSED", "Excusé·e"), ("ABSENT", "Absent·e"), ("REPRESENTED", "Représenté·e")])

    static let signatureKind = CodeList(
        "facilitation.signature_kind", SignatureKind.allCases.map { ($0.rawValue, $0.label) })

    static let minutesStatus = CodeList(
        "facilitation.minutes_status",
        [("DRAFT", "Brouillon"), ("IN_REVIEW", "En relecture"), ("PUBLISHED", "Diffusé"), ("APPROVED", "Approuvé")])

    static let decisionKind = CodeList(
        "facilitation.decision_kind", [("ACTION", "Action"), ("RULE", "Règle"), ("INFO", "Information")])

    static let followUp = CodeList(
        "facilitation.follow_up", [("OPEN", "En cours"), ("DONE", "Faite"), ("LATE", "En retard"), ("CANCELLED", "Abandonnée")])

    static let consent = CodeList("facilitation.consent", Consent.allCases.map { ($0.rawValue, $0.label) })

    static let rcpAim = CodeList(
        "facilitation.rcp_aim",
        [
            ("COMPLEX_SITUATION", "Situation complexe"), ("ADVERSE_EVENT", "Événement indésirable"),
            ("CARE_CATEGORY", "Prise en charge d’une catégorie de patients"),
        ])

    static let ageBand = CodeList(
        "facilitation.age_band",
        [
            ("0_17", "Moins de 18 ans"), ("18_39", "18 à 39 ans"), ("40_64", "40 à 64 ans"), ("65_79", "65 à 79 ans"),
            ("80_PLUS", "80 ans et plus"),
        ])

    static let rcpState = CodeList(
        "facilitation.rcp_state",
        [
            ("REQUESTED", "Demandée"), ("SCHEDULED", "Programmée"), ("DISCUSSED", "Discutée"), ("FOLLOW_UP", "Suivi en cours"),
            ("CLOSED", "Close"), ("WITHDRAWN", "Retirée"),
        ])

    static let rcpOutput = CodeList(
        "facilitation.rcp_output",
        [
            ("PPCS", "Plan personnalisé de coordination en santé"), ("PROTOCOL_IDEA", "Idée de protocole"),
            ("DAC_REFERRAL", "Orientation vers le DAC"), ("SOCIAL_REFERRAL", "Orientation sociale"),
            ("HOSPITAL_CONTACT", "Contact avec l’hôpital"), ("SAFETY_MEASURE", "Mesure de sécurité"), ("NONE", "Aucune suite"),
        ])

    static let rcpTheme = CodeList(
        "facilitation.rcp_theme",
        [
            ("HOME_CARE", "Maintien à domicile"), ("DIABETES", "Diabète"), ("HEART_FAILURE", "Insuffisance cardiaque"), ("COPD", "BPCO"),
            ("CKD", "Insuffisance rénale"), ("ANTICOAG", "Anticoagulants"), ("POLYMEDICATION", "Polymédication, iatrogénie"),
            ("WOUND", "Plaies chroniques"), ("FALLS", "Chutes"), ("MALNUTRITION", "Dénutrition"), ("COGNITIVE", "Troubles cognitifs"),
            ("MENTAL", "Santé mentale"), ("ADDICTION", "Addictions"), ("PAIN", "Douleur"), ("PALLIATIVE", "Soins palliatifs"),
            ("CANCER", "Cancer"), ("CHILD", "Enfant, développement"), ("DISABILITY", "Handicap"), ("PERINATAL", "Périnatalité"),
            ("PRECARITY", "Précarité, droits"), ("CAREGIVER", "Aidants"), ("VIOLENCE", "Violences"),
            ("HOSPITAL_RETURN", "Retour d’hospitalisation"), ("NO_GP", "Sans médecin traitant"), ("OTHER", "Autre"),
        ])

    /// Roles by which people may be invited.
    static let role = CodeList(
        "facilitation.role",
        [Role.coordinator, .manager, .leader, .actionLead, .professional, .secretary].map { ($0.rawValue, $0.label) })
}
