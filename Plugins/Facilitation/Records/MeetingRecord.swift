import Kernel

/// The meeting as a record: `/equipe/reunions`, `/facilitation/meetings`.
enum MeetingRecord {
    static let id = "facilitation.meeting"

    static let record: RecordType = RecordType(
        id: id, table: "facilitation.meeting",
        words: RecordWords(
            "réunion", "réunions", isFeminine: true,
            purpose: "Les réunions de l’équipe, de la convocation au compte-rendu signé."),
        path: "reunions", apiPath: "meetings", fields: fields, titleField: "title",
        columns: ["title", "starts_at", "actual_start", "meeting_type", "status", "organiser_id", "sheet_state"],
        search: ["title", "place", "meeting_type"], findable: ["starts_at", "status"],
        order: RecordOrder("starts_at", descending: true),
        permissions: RecordPermissions(
            read: Permissions.readMeetings, create: Permissions.writeMeetings, update: Permissions.writeMeetings,
            archive: Permissions.manageMeetings),
        workflow: Workflow(
            field: "status", states: MeetingStatus.allCases.map { Workflow.State($0.rawValue, $0.label, $0.tone) },
            editable: ["DRAFT", "POLL_OPEN", "SCHEDULED", "CONVENED"], next: MeetingStatus.graph,
            shown: Workflow.Shown(by: ["actual_start"]) { values in
                values.text("status") == MeetingStatus.convened.rawValue && values.instant("actual_start") != nil
                    ? Workflow.State(MeetingStatus.convened.rawValue, "En cours", .note) : nil
            }),
        actions: preparation + session + writing + sealing,
        // `presence`, `note` and `decide` are names of older entries: since, every door says the name of the act.
        verbs: [
            "presence": "Présence notée", "note": "Note ajoutée", "decide": "Décision enregistrée", "room_code": "Code de la salle affiché",
            "enter_afterwards": "Saisie après coup", "join_sheet": "Feuille numérisée jointe",
            "keep_hour": "Heure gardée au changement d’heure locale",
        ], check: check, prepare: prepare, panels: [.custom(MeetingDetail.detail)],
        journey: RecordJourney("Planifier", permission: Permissions.writeMeetings, path: "equipe/planifier"),
        lines: [Agenda.lines], papers: MeetingPapers.all, counts: Indicators.meetings)

    static let fields: [RecordField] = [
        RecordField(
            "title", .text(max: 160), label: "Intitulé",
            help: "Laissez vide pour «\u{A0}type du jour\u{A0}». N’écrivez jamais le nom d’un patient.", completed: true),
        RecordField("meeting_type", .choice(Codes.meetingType), label: "Type de réunion", required: true),
        RecordField("status", .choice(Codes.meetingStatus), label: "Statut", readOnly: true, default: .text("DRAFT")),
        RecordField("starts_at", .instant, label: "Date et heure"),
        RecordField("planned_min", .minutes(5...1440), label: "Durée prévue", required: true, default: .integer(60)),
        RecordField("mode", .choice(Codes.mode), label: "Modalité", required: true, default: .text("ON_SITE")),
        RecordField("room_id", .reference(.room), label: "Salle"),
        RecordField("place", .text(max: 200), label: "Autre lieu"),
        RecordField(
            "video_url", .url, label: "Lien visio", help: "Adresse en https, donnée aux personnes invitées avec la convocation.",
            noFilter: "Une adresse ne se filtre pas."),
        RecordField(
            "organiser_id", .reference(.professional), label: "Organisateur", help: "Vous-même, sauf indication contraire.",
            completed: true),
        RecordField("chair_id", .reference(.professional), label: "Animateur"),
        RecordField("secretary_id", .reference(.professional), label: "Secrétaire"),
        RecordField("timekeeper_id", .reference(.professional), label: "Maître du temps"),
        RecordField("next_meeting_on", .date, label: "Prochaine réunion"),
        RecordField("indemnifiable", .boolean, label: "Ouvre droit à indemnité", readOnly: true, default: .boolean(false)),
        RecordField("convened_at", .instant, label: "Convoquée le", readOnly: true),
        RecordField("actual_start", .instant, label: "Tenue le", readOnly: true),
        RecordField("actual_end", .instant, label: "Fin réelle", readOnly: true),
        RecordField("sheet_state", .choice(Codes.sheetState), label: "Feuille d’émargement", readOnly: true, default: .text("OPEN")),
        RecordField("closed_at", .instant, label: "Close le", readOnly: true),
        RecordField("entered_afterwards", .boolean, label: "Saisie après coup", readOnly: true, default: .boolean(false)),
    ]

    private static func check(_ new: RecordValues, _ old: RecordValues?) -> [FieldFault] {
        var faults: [FieldFault] = []
        let status = old?.text("status") ?? "DRAFT"
        if new.instant("starts_at") == nil, status == "SCHEDULED" || status == "CONVENED" {
            faults.append(FieldFault("starts_at", "La réunion est programmée\u{A0}: elle garde une date."))
        }
        if let url = new.text("video_url"), !url.hasPrefix("https://") {
            faults.append(FieldFault("video_url", "Le lien visio commence par https://"))
        }
        if status == "CONVENED", let old {
            for name in ["starts_at", "planned_min", "mode", "room_id", "place", "video_url"] where new[name] != old[name] {
                faults.append(
                    FieldFault(
                        name,
                        "La convocation est partie\u{A0}: utilisez «\u{A0}Fixer ou déplacer la date\u{A0}» pour prévenir les personnes invitées."
                    ))
            }
        }
        return faults
    }

    /// Title, organiser and indemnity when nobody gave them; a first date makes the meeting « programmée ».
    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ id: Identifier, _ unit: WriteUnit) async throws -> RecordValues
    {
        var values = new
        let type = MeetingType.of(new.text("meeting_type") ?? "")
        if new.id("organiser_id") == nil {
            guard let own = old?.id("organiser_id") ?? unit.access.professional else {
                throw Refusal.invalid("organiser_id", "Indiquez qui organise la réunion.")
            }
            values["organiser_id"] = .id(own)
        }
        if let organiser = old?.id("organiser_id"), !unit.access.can(Permissions.manageMeetings), organiser != unit.access.professional {
            throw Refusal.forbidden
        }
        if (new.text("title") ?? "").isEmpty {
            values["title"] = .text(MeetingTitle.text(type: type, day: new.instant("starts_at").map { unit.access.local($0).date }))
        }
        if old == nil { values["status"] = .text("DRAFT") }
        if old == nil || old?.text("meeting_type") != new.text("meeting_type") { values["indemnifiable"] = .boolean(type.isIndemnifiable) }
        if let starts = new.instant("starts_at"), values.text("status") == "DRAFT" {
            if starts < unit.now { throw Refusal.invalid("starts_at", "Choisissez une date à venir.") }
            values["status"] = .text("SCHEDULED")
        }
        return values
    }

    /// An act on a locked meeting that says one sentence.
    static func act(
        _ id: String, _ label: String, path: String, api: String, permission: String, from: Set<MeetingStatus>? = nil,
        to: MeetingStatus? = nil, fields: [RecordField] = [], sets: [FieldSetting] = [], publishes: ActEvent? = nil,
        byLink: [RecordField]? = nil, confirmation: String? = nil, rank: RecordAction.Rank = .ordinary, listed: Bool = false,
        _ perform: @escaping @Sendable (LockedMeeting, RecordValues, WriteUnit) async throws -> String
    ) -> RecordAction {
        act(
            making: id, label, path: path, api: api, permission: permission, from: from, to: to, fields: fields, sets: sets,
            publishes: publishes, byLink: byLink, confirmation: confirmation, rank: rank, listed: listed
        ) { ActionOutcome(try await perform($0, $1, $2)) }
    }

    /// An act on a locked meeting that says what it writes, or makes something beside it that hand-made screens show.
    static func act(
        making id: String, _ label: String, path: String, api: String, permission: String, from: Set<MeetingStatus>? = nil,
        to: MeetingStatus? = nil, fields: [RecordField] = [], sets: [FieldSetting] = [],
        evidence: ActEvidence? = nil, publishes: ActEvent? = nil, byLink: [RecordField]? = nil, confirmation: String? = nil,
        rank: RecordAction.Rank = .ordinary, listed: Bool = false,
        _ perform: @escaping @Sendable (LockedMeeting, RecordValues, WriteUnit) async throws -> ActionOutcome
    ) -> RecordAction {
        RecordAction(
            id, label: label, path: path, apiPath: api, permission: permission, from: from.map { Set($0.map(\.rawValue)) },
            to: to?.rawValue, fields: fields, sets: sets, evidence: evidence, publishes: publishes, byLink: byLink,
            confirmation: confirmation, rank: rank, isListed: listed
        ) { input, unit in try await perform(try await Meetings.lock(input.id, unit), input.values, unit) }
    }

    /// The person that an act is about: of the team or from outside, exactly one.
    static func participant(_ values: RecordValues) throws -> Participant {
        switch (values.id("professional"), values.id("guest")) {
        case (let professional?, nil): return .professional(professional)
        case (nil, let guest?): return .guest(guest)
        default: throw Refusal.invalid("professional", "Indiquez une personne de l’équipe ou une personne extérieure.")
        }
    }

    static let participantFields: [RecordField] = [
        RecordField("professional", .reference(.professional), label: "Personne de l’équipe"),
        RecordField("guest", .reference(References.guestHere), label: "Personne extérieure"),
    ]

    /// A value that must be there; the engine checked it before, this keeps the compiler's word.
    static func required<T>(_ value: T?, _ field: String) throws -> T {
        guard let value else { throw Refusal.invalid(field, "Ce champ est obligatoire.") }
        return value
    }
}
