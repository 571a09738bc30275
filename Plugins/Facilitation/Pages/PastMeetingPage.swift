import HTML
import Kernel
import KernelUI
import Postgres

/// « Saisir une réunion passée »: day, hours, people present and the scanned sheet, in one form.
enum PastMeetingPage {
    static let path = "saisir-une-reunion"

    static func show(_ request: MspRequest) async throws -> PageResponse { try await page(request, faults: [], status: 200) }

    static func create(_ request: MspRequest) async throws -> PageResponse {
        do {
            let sheet = request.web.files.first { $0.field == "sheet" }
            if let sheet { try await ScannedSheet.open(sheet.bytes, request) }
            let id = try await request.write { unit in
                let past = try past(request.web.form, unit.access)
                let id = try await PastMeetings.enter(past, unit)
                if let sheet {
                    try await PastMeetings.join(sheet.bytes, to: try await Meetings.lock(id, unit), unit)
                }
                return id
            }
            return .redirect(request.path(Places.meeting(id)), Message(.done, "La réunion est saisie."))
        } catch let refusal as Refusal where [409, 413, 422].contains(refusal.status) {
            let faults = refusal.faults.isEmpty ? [FieldFault("", refusal.message)] : refusal.faults
            return try await page(request, faults: faults, status: refusal.status)
        }
    }

    /// Joins the sheet of a meeting entered before.
    static func join(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        guard let sheet = request.web.files.first else { throw Refusal.invalid("sheet", "Choisissez un fichier.") }
        try await ScannedSheet.open(sheet.bytes, request)
        try await request.write { unit in try await PastMeetings.join(sheet.bytes, to: try await Meetings.lock(id, unit), unit) }
        return .redirect(request.path(Places.meeting(id)), Message(.done, "La feuille numérisée est jointe et verrouillée."))
    }

    private static func past(_ form: FormValues, _ access: Access) throws -> PastMeetings.Past {
        var reader = FormReader(form)
        let zone = access.msp.timeZone
        let type = MeetingType(rawValue: form["type"] ?? "")
        if type == nil { reader.fault("type", "Choisissez un type de réunion.") }
        let day = reader.day("date", required: "Indiquez le jour de la réunion.")
        let start = day.flatMap { reader.time("started_at", on: $0, zone: zone, required: "Indiquez l’heure de début.") }
        let end = start.flatMap { start in
            // An hour below the start is of the next day: the meeting went past midnight.
            reader.hour("ended_at", of: (start.adding(minutes: 1), start.adding(minutes: 1)), zone: zone)
        }
        if start != nil, end == nil, !reader.hasFault("ended_at") { reader.fault("ended_at", "Indiquez l’heure de fin.") }
        let place = reader.line("place", max: 200, required: "Indiquez le lieu.")
        let title = reader.line("title", max: 140)
        let cases = reader.integer("cases", in: 0...40) ?? 0
        let present = form.all("present").compactMap { Identifier($0) }
        let organiser = reader.id("organiser") ?? access.professional
        if organiser == nil { reader.fault("organiser", "Indiquez qui organisait la réunion.") }
        try reader.check()
        guard let type, let start, let end, let place, let organiser else { throw reader.refusal }
        return PastMeetings.Past(
            type: type, title: title, start: start, end: end, place: place, organiser: organiser, present: present, cases: cases,
            indemnifiable: form["indemnifiable"] != nil)
    }

    private static func page(_ request: MspRequest, faults: [FieldFault], status: Int) async throws -> PageResponse {
        let (access, choices) = try await request.read(TeamChoices.read(request.msp.id))
        let (team, form) = (choices.ever, request.web.form)
        let cancel = request.path("equipe/reunions")
        func field(_ label: String, _ name: String, help: String? = nil, required: Bool = false) -> Field {
            Field(label, name: name, help: help, error: faults.first { $0.field == name }?.message, required: required)
        }
        return .page(
            Page(
                access: access, title: "Saisir une réunion passée", crumbs: [Crumb("Réunions", href: cancel)], status: status,
                body: { html in
                    html.errorSummary(faults)
                    html.p(
                        .class("prose"),
                        text:
                            "Pour une réunion tenue avant sa saisie ici, avec sa feuille d’émargement sur papier. Elle porte partout la mention "
                            + "«\u{A0}\(PastMeetings.mark)\u{A0}», dans les preuves et dans le dossier aussi.")
                    html.postForm(action: request.path("equipe/\(path)"), csrf: access.csrf, changes: false, hasFile: true) {
                        html.selectField(
                            field("Type de réunion", "type", required: true),
                            options: MeetingType.allCases.filter { !$0.isAssembly }.map { FieldOption($0.rawValue, $0.label) },
                            value: form["type"] ?? MeetingType.rcp.rawValue)
                        html.dateField(field("Jour", "date", required: true), value: form["date"] ?? "")
                        html.div(.class("field--row", "field")) {
                            html.timeField(field("Début", "started_at", required: true), value: form["started_at"] ?? "")
                            html.timeField(field("Fin", "ended_at", required: true), value: form["ended_at"] ?? "")
                        }
                        html.textField(field("Lieu", "place", required: true), value: form["place"] ?? "", maxLength: 200)
                        html.textField(
                            field(
                                "Intitulé", "title",
                                help: "Laissez vide pour «\u{A0}type du jour\u{A0}». N’écrivez jamais le nom d’un patient."),
                            value: form["title"] ?? "", maxLength: 140)
                        html.textField(
                            field(
                                "Situations examinées", "cases",
                                help: "Pour une concertation\u{A0}: leur nombre. Elles reçoivent un numéro."),
                            value: form["cases"] ?? "", width: .tiny, maxLength: 2, .inputmode("numeric"))
                        html.choicesField(
                            field("Personnes présentes", "present", required: true),
                            options: team.map { FieldOption($0.id.description, $0.name) }, values: Set(form.all("present")))
                        html.selectField(
                            field("Organisateur", "organiser"), options: team.map { FieldOption($0.id.description, $0.name) },
                            value: form["organiser"] ?? access.professional?.description ?? "", none: access.professional == nil ? "—" : nil
                        )
                        html.fileField(
                            field("Feuille d’émargement numérisée", "sheet", help: "PDF, JPEG ou PNG. Elle peut être jointe plus tard."),
                            accept: ScannedSheet.accept, rule: ScannedSheet.upload)
                        html.checkField(
                            field("Ouvre droit à indemnité", "indemnifiable"), isOn: form["indemnifiable"] != nil)
                        html.formActions(submit: "Saisir la réunion", cancelHref: cancel)
                    }
                }))
    }
}
