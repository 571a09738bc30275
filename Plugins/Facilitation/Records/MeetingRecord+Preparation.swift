import Kernel

/// Acts before the meeting: date, people, agenda, notice.
extension MeetingRecord {
    private static let ahead: Set<MeetingStatus> = [.draft, .pollOpen, .scheduled, .convened]

    private static let itemField = RecordField("item", .reference(References.item), label: "Point", required: true)

    private static let newItemFields: [RecordField] = [
        RecordField("item_title", .text(max: 200), label: "Point à l’ordre du jour", required: true),
        RecordField("kind", .choice(Codes.agendaKind), label: "Nature", required: true, default: .text("DISCUSSION")),
        RecordField("presenter", .reference(.professional), label: "Présenté par"),
        RecordField("planned_min", .minutes(1...480), label: "Durée prévue"),
    ]

    private static func item(_ values: RecordValues) throws -> Agenda.Item {
        Agenda.Item(
            title: try required(values.text("item_title"), "item_title"), kind: values.text("kind") ?? "DISCUSSION",
            presenter: values.id("presenter"), plannedMin: values.int("planned_min"))
    }

    /// Given by code that convenes several meetings and tells of them in one mail; no form and no program has it.
    static let together = "_together"

    static let preparation: [RecordAction] = [
        act(
            "schedule", "Fixer ou déplacer la date", path: Acts.schedule, api: "schedule", permission: Permissions.writeMeetings,
            from: ahead,
            fields: [
                RecordField("starts_at", .instant, label: "Date et heure", required: true),
                RecordField("planned_min", .minutes(5...1440), label: "Durée prévue", required: true, default: .integer(60)),
                RecordField("mode", .choice(Codes.mode), label: "Modalité", required: true, default: .text("ON_SITE")),
                RecordField("room_id", .reference(.room), label: "Salle"),
                RecordField("place", .text(max: 200), label: "Autre lieu"), RecordField("video_url", .url, label: "Lien visio"),
            ], listed: true
        ) { meeting, values, unit in
            if let url = values.text("video_url"), !url.hasPrefix("https://") {
                throw Refusal.invalid("video_url", "Le lien visio commence par https://")
            }
            return try await Scheduling.schedule(
                meeting,
                Scheduling.Plan(
                    startsAt: try required(values.instant("starts_at"), "starts_at"), plannedMin: values.int("planned_min") ?? 60,
                    mode: values.text("mode") ?? "ON_SITE", room: values.id("room_id"), place: values.text("place"),
                    videoURL: values.text("video_url")), unit)
        },
        act(
            "invite", "Inviter", path: Acts.invite, api: "invite", permission: Permissions.writeMeetings, from: ahead,
            fields: [
                RecordField("professional", .reference(.professional), label: "Une personne"),
                RecordField("group", .reference(.group), label: "Un groupe"),
                RecordField("profession", .choice(CodeList.profession), label: "Une profession"),
                RecordField("role", .choice(Codes.role), label: "Un rôle"),
                RecordField("everyone", .boolean, label: "Toute l’équipe", help: "Qui est de l’équipe le jour de la réunion."),
                RecordField("guest", .reference(References.guest), label: "Une personne extérieure déjà connue"),
                RecordField(
                    "guest_name", .text(max: 160), label: "Nom d’une personne extérieure", help: "Un professionnel, jamais un patient."),
                RecordField("guest_job", .text(max: 120), label: "Fonction"),
                RecordField("guest_organisation", .text(max: 160), label: "Structure"),
                RecordField("guest_email", .email, label: "Adresse de messagerie"),
            ]
        ) { meeting, values, unit in
            var selection = Invitations.Selection()
            selection.professionals = values.id("professional").map { [$0] } ?? []
            selection.group = values.id("group")
            selection.professions = values.text("profession").map { [$0] } ?? []
            selection.roles = values.text("role").map { [$0] } ?? []
            selection.everyone = values.bool("everyone") ?? false
            selection.guest = values.id("guest")
            if let name = values.text("guest_name") {
                selection.newGuest = Invitations.NewGuest(
                    name: name, job: values.text("guest_job"), organisation: values.text("guest_organisation"),
                    email: values.text("guest_email"))
            }
            guard !selection.isEmpty else {
                throw Refusal.invalid("professional", "Choisissez au moins une personne, un groupe ou une profession.")
            }
            let added = try await Invitations.invite(meeting, selection, unit)
            return added > 1
                ? "\(added)\u{00A0}personnes ajoutées." : added == 1 ? "Une personne ajoutée." : "Ces personnes étaient déjà invitées."
        },
        act(
            "uninvite", "Retirer de la liste", path: Acts.uninvite, api: "uninvite", permission: Permissions.writeMeetings, from: ahead,
            fields: [RecordField("invitation", .reference(References.invitation), label: "Invitation", required: true)]
        ) { meeting, values, unit in
            try await Invitations.uninvite(meeting, try required(values.id("invitation"), "invitation"), unit)
            return "La personne n’est plus sur la liste."
        },
        act(
            "add_agenda_item", "Ajouter un point", path: Acts.addItem, api: "add-agenda-item", permission: Permissions.writeMeetings,
            from: ahead, fields: newItemFields
        ) { meeting, values, unit in
            try await Agenda.add(meeting, try item(values), unit)
            return "Le point est à l’ordre du jour."
        },
        act(
            "propose_agenda_item", "Proposer un point", path: Acts.proposeItem, api: "propose-agenda-item", permission: Permissions.propose,
            from: ahead, fields: newItemFields
        ) { meeting, values, unit in
            try await Agenda.propose(meeting, try item(values), unit)
            return "Votre proposition est transmise."
        },
        act(
            "accept_agenda_item", "Retenir", path: Acts.acceptItem, api: "accept-agenda-item", permission: Permissions.writeMeetings,
            from: ahead, fields: [itemField]
        ) { meeting, values, unit in
            try await Agenda.answer(meeting, try required(values.id("item"), "item"), accept: true, unit)
            return "Le point est retenu."
        },
        act(
            "refuse_agenda_item", "Ne pas retenir", path: Acts.refuseItem, api: "refuse-agenda-item", permission: Permissions.writeMeetings,
            from: ahead, fields: [itemField]
        ) { meeting, values, unit in
            try await Agenda.answer(meeting, try required(values.id("item"), "item"), accept: false, unit)
            return "Le point n’est pas retenu."
        },
        act(
            "move_agenda_item", "Déplacer", path: Acts.moveItem, api: "move-agenda-item", permission: Permissions.writeMeetings,
            from: ahead,
            fields: [itemField, RecordField("place", .integer(1...1000), label: "Rang", required: true)]
        ) { meeting, values, unit in
            try await Agenda.move(meeting, try required(values.id("item"), "item"), to: values.int("place") ?? 1, unit)
            return "L’ordre du jour est modifié."
        },
        act(
            "remove_agenda_item", "Retirer", path: Acts.removeItem, api: "remove-agenda-item", permission: Permissions.writeMeetings,
            from: ahead, fields: [itemField]
        ) { meeting, values, unit in
            try await Agenda.remove(meeting, try required(values.id("item"), "item"), unit)
            return "Le point est retiré."
        },
        act(
            "convene", "Convoquer", path: Acts.convene, api: "convene", permission: Permissions.convene, from: [.scheduled], rank: .main
        ) { meeting, values, unit in try await Notices.convene(meeting, together: values.bool(together) ?? false, unit) },
        act(
            "waive_notice", "Noter une renonciation au délai", path: Acts.waive, api: "waive-notice", permission: Permissions.convene,
            from: [.scheduled, .convened],
            fields: [
                RecordField(
                    "professional", .reference(.professional), label: "Associé·e qui renonce au délai de convocation",
                    required: true)
            ]
        ) { meeting, values, unit in
            try Meetings.requireDriver(meeting, unit.access)
            try await Assemblies.waive(meeting, by: try required(values.id("professional"), "professional"), unit)
            return "La renonciation est notée."
        },
        act(
            "remind", "Relancer", path: Acts.remind, api: "remind", permission: Permissions.convene, from: [.convened]
        ) { meeting, _, unit in
            try Meetings.requireDriver(meeting, unit.access)
            let sent = try await Notices.remind(meeting, unit)
            return sent > 0 ? "Relance en cours d’envoi à \(French.plural(sent, "personne", "personnes"))." : "Personne n’est à relancer."
        },
        act(
            "resend", "Corriger et renvoyer", path: Acts.resend, api: "resend", permission: Permissions.convene,
            from: [.convened, .held, .closed, .cancelled],
            fields: [
                RecordField("invitation", .reference(References.invitation), label: "Invitation", required: true),
                RecordField("email", .email, label: "Adresse de messagerie", help: "Laissez vide pour renvoyer à la même adresse."),
            ]
        ) { meeting, values, unit in
            try await Notices.resend(
                meeting, try required(values.id("invitation"), "invitation"), email: values.text("email"), unit)
        },
        act(
            "answer", "Répondre", path: Acts.answer, api: "answer", permission: Permissions.answer, from: [.convened],
            fields: [RecordField("answer", .choice(answers), label: "Votre réponse", required: true)],
            byLink: [RecordField("invitation", .reference(References.invitation), label: "Invitation", required: true)], listed: true
        ) { meeting, values, unit in
            if unit.access.channel == .link {
                try await Answers.record(try required(values.id("invitation"), "invitation"), try choice(values), unit)
            } else {
                try await Answers.recordOwn(meeting, try choice(values), unit)
            }
            return "Votre réponse est enregistrée."
        },
        act(
            "record_answer", "Noter une réponse", path: Acts.noteAnswer, api: "record-answer", permission: Permissions.convene,
            from: [.convened],
            fields: [
                RecordField("invitation", .reference(References.invitation), label: "Invitation", required: true),
                RecordField("answer", .choice(answers), label: "Réponse", required: true),
            ]
        ) { meeting, values, unit in
            try Meetings.requireDriver(meeting, unit.access)
            let invitation = try required(values.id("invitation"), "invitation")
            _ = try await Presence.participant(of: invitation, in: meeting, unit)
            try await Answers.record(invitation, try choice(values), unit)
            return "La réponse est notée."
        },
        act(
            "cancel", "Annuler la réunion", path: Acts.cancel, api: "cancel", permission: Permissions.convene, from: ahead, to: .cancelled,
            fields: [
                RecordField(
                    "reason", .longText(max: 500), label: "Motif", help: "Écrit aux personnes convoquées. Sans nom de patient.",
                    required: true)
            ], publishes: ActEvent(MeetingEvents.cancelled) { act, _ in SessionFacts.named(act) },
            rank: .destructive, listed: true
        ) { meeting, values, unit in
            try await Scheduling.cancel(meeting, reason: try required(values.text("reason"), "reason"), unit)
        },
    ]

    /// Answers that somebody may give.
    private static let answers = CodeList("facilitation.given_answer", [("YES", "Oui"), ("NO", "Non"), ("MAYBE", "Peut-être")])

    private static func choice(_ values: RecordValues) throws -> Choice {
        guard let choice = Choice.allCases.first(where: { $0.code == values.text("answer") }) else {
            throw Refusal.invalid("answer", "Répondez par oui, non ou peut-être.")
        }
        return choice
    }
}

extension Invitations.Selection {
    /// True when nobody was picked.
    var isEmpty: Bool {
        professionals.isEmpty && group == nil && professions.isEmpty && roles.isEmpty && !everyone && guest == nil && newGuest == nil
    }
}
