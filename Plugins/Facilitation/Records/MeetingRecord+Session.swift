import Kernel

/// Acts on the day: start, presence, situations, end.
extension MeetingRecord {
    private static let takesPresence: Set<MeetingStatus> = [.convened, .held]

    private static let caseField = RecordField("case", .reference(References.rcpCase), label: "Situation", required: true)

    static let session: [RecordAction] = [
        act(
            "start", "Commencer", path: Acts.start, api: "start", permission: Permissions.writeMeetings, from: [.convened],
            fields: [
                RecordField("started_at", .instant, label: "Heure de début", help: "Laissez vide pour maintenant."),
                RecordField("other_day", .boolean, label: "La réunion se tient un autre jour que celui annoncé"),
            ]
        ) { meeting, values, unit in
            try await Scheduling.start(
                meeting, at: values.instant("started_at"), isOtherDayMeant: values.bool("other_day") ?? false, unit)
        },
        act(
            "finish", "Terminer", path: Acts.finish, api: "finish", permission: Permissions.writeMeetings, from: [.convened],
            to: .held,
            fields: [
                RecordField("started_at", .instant, label: "Heure de début", help: "Laissez vide pour l’heure déjà notée ou prévue."),
                RecordField("ended_at", .instant, label: "Heure de fin", help: "Laissez vide pour maintenant."),
            ]
        ) { meeting, values, unit in
            try await Scheduling.finish(meeting, from: values.instant("started_at"), to: values.instant("ended_at"), unit)
        },
        act(
            "correct_hours", "Corriger les heures", path: Acts.correctHours, api: "correct-hours", permission: Permissions.writeMeetings,
            from: [.held],
            fields: [
                RecordField("actual_start", .instant, label: "Heure de début", required: true),
                RecordField("actual_end", .instant, label: "Heure de fin", required: true),
            ], listed: true
        ) { meeting, values, unit in
            try await Scheduling.correct(
                meeting, from: try required(values.instant("actual_start"), "actual_start"),
                to: try required(values.instant("actual_end"), "actual_end"), unit)
        },
        act(
            "sign", "Je suis là", path: Acts.sign, api: "sign", permission: Permissions.signSheet, from: takesPresence,
            byLink: participantFields + [RecordField("signature", .choice(Codes.signatureKind), label: "Signature", required: true)],
            listed: true
        ) { meeting, values, unit in
            if unit.access.channel == .link {
                let kind = values.text("signature").flatMap(SignatureKind.init) ?? .ownPhone
                let receipt = try await Presence.sign(
                    meeting, try participant(values), by: kind, mode: kind == .qrCode ? "ON_SITE" : nil, unit)
                return receipt.wasAlreadySigned ? "Votre présence était déjà notée." : "Votre présence est notée."
            }
            guard let own = unit.access.professional else {
                throw Refusal.conflict("no_professional", "Votre compte n’est relié à aucune personne de l’équipe.")
            }
            let receipt = try await Presence.sign(meeting, .professional(own), by: .ownPhone, unit)
            return receipt.wasAlreadySigned ? "Votre présence était déjà notée." : "Votre présence est notée."
        },
        act(
            "arrive", "Noter présent", path: Acts.arrive, api: "arrive", permission: Permissions.writeSheet, from: takesPresence,
            fields: participantFields + [
                RecordField("arrived_at", .instant, label: "Arrivée", help: "Laissez vide pour maintenant."),
                RecordField("mode", .choice(Codes.presenceMode), label: "Modalité"),
            ]
        ) { meeting, values, unit in
            try await Presence.arrive(meeting, try participant(values), at: values.instant("arrived_at"), mode: values.text("mode"), unit)
            return "La présence est notée."
        },
        act(
            "leave", "Noter le départ", path: Acts.leave, api: "leave", permission: Permissions.writeSheet, from: takesPresence,
            fields: participantFields + [RecordField("left_at", .instant, label: "Départ", help: "Laissez vide pour maintenant.")],
            byLink: []
        ) { meeting, values, unit in
            try await Presence.leave(meeting, try participant(values), at: values.instant("left_at"), unit)
            return "Le départ est noté."
        },
        act(
            "excuse", "Noter une absence", path: Acts.excuse, api: "excuse", permission: Permissions.writeSheet, from: takesPresence,
            fields: participantFields + [
                RecordField(
                    "state",
                    .choice(
                        CodeList(
                            "facilitation.absence", [("EXCUSED", "Excusé·e"), ("ABSENT", "Absent·e"), ("REPRESENTED", "Représenté·e")])),
                    label: "Motif", required: true, default: .text("EXCUSED")),
                RecordField("proxy_to", .reference(.professional), label: "Représenté·e par"),
            ]
        ) { meeting, values, unit in
            try await Presence.excuse(
                meeting, try participant(values), state: values.text("state") ?? "EXCUSED", proxy: values.id("proxy_to"), unit)
            return "L’absence est notée."
        },
        act(
            "correct_minutes", "Corriger la durée", path: Acts.correct, api: "correct-minutes", permission: Permissions.writeSheet,
            from: [.held],
            fields: participantFields + [
                RecordField("minutes", .minutes(0...1440), label: "Minutes de présence", help: "Laissez vide pour revenir au calcul.")
            ]
        ) { meeting, values, unit in
            try await Presence.correct(meeting, try participant(values), minutes: values.int("minutes"), unit)
            return "La durée est corrigée."
        },
        act(
            "set_indemnity", "Modifier le droit à indemnité", path: Acts.indemnity, api: "set-indemnity",
            permission: Permissions.manageMeetings,
            fields: [RecordField("indemnifiable", .boolean, label: "Ouvre droit à indemnité", required: true)], sets: ["indemnifiable"]
        ) { meeting, _, _ in
            try Meetings.requireOpenSheet(meeting)
            return "Le droit à indemnité est modifié."
        },
        act(
            "request_case", "Demander une concertation", path: Acts.requestCase, api: "request-case", permission: Permissions.requestCases,
            from: [.draft, .pollOpen, .scheduled, .convened], fields: CaseRecord.requestFields
        ) { _, values, unit in
            let code = try await Cases.request(values, unit)
            return "Votre demande est enregistrée sous le n°\u{00A0}\(code)."
        },
        act(
            "schedule_case", "Inscrire une situation", path: Acts.scheduleCase, api: "schedule-case", permission: Permissions.writeCases,
            from: [.draft, .pollOpen, .scheduled, .convened, .held],
            fields: [
                RecordField("case", .reference(References.openCase), label: "Situation", required: true),
                RecordField("slot_min", .minutes(5...120), label: "Durée", required: true, default: .integer(15)),
            ]
        ) { meeting, values, unit in
            if meeting.status == .held {
                try await Cases.examined(try required(values.id("case"), "case"), at: meeting, minutes: values.int("slot_min") ?? 15, unit)
                return "La situation est notée comme examinée."
            }
            // The situation's own act, so that it stands in its history by either door.
            var given = values
            given["case"] = .null
            given["meeting"] = .id(meeting.id)
            try await unit.act(CaseRecord.record, "schedule", on: try required(values.id("case"), "case"), given)
            return "La situation est inscrite."
        },
        act(
            "unschedule_case", "Retirer une situation", path: Acts.unscheduleCase, api: "unschedule-case",
            permission: Permissions.writeCases,
            from: [.draft, .pollOpen, .scheduled, .convened],
            fields: [RecordField("case", .reference(References.caseHere), label: "Situation", required: true)]
        ) { meeting, values, unit in
            try await Cases.unschedule(try required(values.id("case"), "case"), from: meeting, unit)
            return "La situation est retirée du programme."
        },
        act(
            "skip_case", "Situation non examinée", path: Acts.skipCase, api: "skip-case", permission: Permissions.writeCases,
            from: [.held], fields: [caseField]
        ) { meeting, values, unit in
            try await Cases.skip(try required(values.id("case"), "case"), at: meeting, unit)
            return "La situation attend de nouveau une date."
        },
    ]
}
