import Kernel

/// Acts on what was said, and the acts that seal a meeting.
extension MeetingRecord {
    private static let writable: Set<MeetingStatus> = [.convened, .held]

    private static let optionalItem = RecordField("item", .reference(References.item), label: "Point")

    static let writing: [RecordAction] = [
        act(
            making: "add_note", "Noter", path: Acts.note, api: "add-note", permission: Permissions.writeMinutes, from: writable,
            fields: [
                optionalItem,
                RecordField(
                    "text", .longText(max: Writing.longestNote), label: "Note", help: "Ni nom de patient, ni contenu clinique.",
                    required: true),
            ]
        ) { meeting, values, unit in
            let note = try await Writing.note(meeting, item: values.id("item"), text: try required(values.text("text"), "text"), unit)
            return ActionOutcome("La note est enregistrée.", made: note)
        },
        act(
            "remove_note", "Retirer une note", path: Acts.removeNote, api: "remove-note", permission: Permissions.writeMinutes,
            from: writable,
            fields: [RecordField("note", .reference(References.note), label: "Note", required: true)]
        ) { meeting, values, unit in
            try await Writing.removeNote(meeting, try required(values.id("note"), "note"), unit)
            return "La note est retirée."
        },
        act(
            making: "add_decision", "Décider", path: Acts.decide, api: "add-decision", permission: Permissions.writeDecisions,
            from: writable,
            fields: [
                RecordField("text", .text(max: 500), label: "Décision", help: "Ni nom de patient, ni contenu clinique.", required: true),
                RecordField("kind", .choice(Codes.decisionKind), label: "Nature", required: true, default: .text("ACTION")),
                RecordField("owner", .reference(.professional), label: "Responsable"),
                RecordField("due_on", .date, label: "Pour le"), optionalItem,
                RecordField("case", .reference(References.rcpCase), label: "Situation"),
                RecordField("vote_result", .text(max: 120), label: "Résultat du vote"),
            ]
        ) { meeting, values, unit in
            let kind = values.text("kind") ?? "ACTION"
            let decision = try await Writing.decide(
                meeting,
                Writing.Decision(
                    text: try required(values.text("text"), "text"), kind: kind, owner: values.id("owner"), dueOn: values.date("due_on"),
                    item: values.id("item"), caseID: values.id("case"), voteResult: values.text("vote_result")), unit)
            return ActionOutcome(
                kind == "ACTION" ? "La décision est enregistrée et devient une tâche." : "La décision est enregistrée.", made: decision)
        },
        act(
            "save_minutes", "Enregistrer le compte-rendu", path: Acts.save, api: "save-minutes", permission: Permissions.writeMinutes,
            from: writable,
            fields: [
                RecordField(
                    "body", .longText(max: Writing.longestBody), label: "Points libres", help: "Ni nom de patient, ni contenu clinique."),
                RecordField("next_meeting_on", .date, label: "Prochaine réunion"),
            ]
        ) { meeting, values, unit in
            try await Writing.save(meeting, body: values.text("body") ?? "", nextMeetingOn: values.date("next_meeting_on"), unit)
            return "Le brouillon est enregistré."
        },
        act(
            "submit_minutes", "Faire relire", path: Acts.submit, api: "submit-minutes", permission: Permissions.writeMinutes, from: [.held]
        ) { meeting, _, unit in try await Writing.submit(meeting, unit) },
        act(
            "publish_minutes", "Diffuser le compte-rendu", path: Acts.publish, api: "publish-minutes",
            permission: Permissions.publishMinutes,
            from: [.held], fields: [MeetingProof.reasonField], confirmation: "Le compte-rendu est envoyé à l’équipe et ne change plus."
        ) { meeting, values, unit in
            try await MeetingProof.check(meeting, at: .minutes, reason: values.text("reason"), unit)
            return try await Writing.publish(meeting, unit)
        },
        act(
            "approve_minutes", "Approuver le compte-rendu", path: Acts.approve, api: "approve-minutes",
            permission: Permissions.approveMinutes,
            from: [.held, .closed]
        ) { meeting, _, unit in try await Writing.approve(meeting, unit) },
    ]

    static let sealing: [RecordAction] = [
        act(
            making: "lock_sheet", "Verrouiller la feuille", path: Acts.lock, api: "lock-sheet", permission: Permissions.lockSheet,
            from: [.held],
            fields: [MeetingProof.reasonField],
            publishes: ActEvent(MeetingEvents.sheetLocked) { act, unit in try await SessionFacts.locked(act.id, unit) },
            confirmation: "La feuille d’émargement est figée\u{A0}: les présences ne changent plus."
        ) { meeting, values, unit in
            try await MeetingProof.check(meeting, at: .sheet, reason: values.text("reason"), unit)
            return try await Sheet.lock(meeting, unit)
        }.recalling(Sheet.recall),
        act(
            "reopen_sheet", "Rouvrir la feuille", path: Acts.reopen, api: "reopen-sheet", permission: Permissions.reopenSheet,
            from: [.held, .closed], to: .held,
            fields: [RecordField("reason", .longText(max: 500), label: "Motif", help: "Conservé avec la feuille.", required: true)],
            sets: [.value("closed_at", .null), .value("sheet_state", .text("REOPENED"))],
            publishes: ActEvent(MeetingEvents.sheetReopened) { act, _ in SessionFacts.named(act) },
            rank: .destructive, listed: true
        ) { meeting, values, unit in try await Sheet.reopen(meeting, reason: try required(values.text("reason"), "reason"), unit) },
        act(
            making: "close", "Clore la réunion", path: Acts.close, api: "close", permission: Permissions.manageMeetings, from: [.held],
            to: .closed, fields: [MeetingProof.reasonField], sets: [.now("closed_at")], evidence: Closing.proof,
            publishes: ActEvent(MeetingEvents.closed) { act, unit in try await SessionFacts.closed(act, unit) }, rank: .main
        ) { meeting, values, unit in
            try Closing.requireReady(meeting, try await Closing.minutesStatus(meeting, unit))
            try await MeetingProof.check(meeting, at: .closing, reason: values.text("reason"), unit)
            return ActionOutcome(
                "La réunion est close.",
                says: { "La réunion est close\u{A0}: le justificatif n° \($0.evidence ?? 0) est enregistré." })
        },
    ]
}
