import Kernel

/// Meetings entered afterwards, for programs: the facts first, then the scanned sheet as the bytes of one file.
enum PastMeetingEndpoints {
    static let all: [EndpointRoute] = [
        EndpointRoute(
            .post, "past-meetings", permission: Permissions.manageMeetings,
            summary: "Enter a meeting that took place: real hours, people present. It is marked as entered afterwards.",
            requestSchema: JSONSchema.object(
                [
                    ("meeting_type", JSONSchema.codes(MeetingType.allCases.map(\.rawValue))), ("title", JSONSchema.text),
                    ("started_at", JSONSchema.instant), ("ended_at", JSONSchema.instant), ("place", JSONSchema.text),
                    ("organiser_id", JSONSchema.id), ("present", JSONSchema.list(JSONSchema.id)), ("cases", JSONSchema.integer),
                    ("indemnifiable", JSONSchema.boolean),
                ], required: ["meeting_type", "started_at", "ended_at", "place", "present"]),
            responseSchema: JSONSchema.object([("id", JSONSchema.id)]), contract: .creation, handle: create),
        EndpointRoute(
            .put, "meetings/:id/sheet-scan", permission: Permissions.lockSheet,
            summary: "Join the scanned sheet of a meeting entered afterwards; it is locked with it.",
            responseSchema: JSONSchema.object([("id", JSONSchema.id)]),
            contract: EndpointContract(parameters: [], success: 200, otherStatuses: [409, 413, 415, 422]), upload: ScannedSheet.upload,
            handle: join),
    ]

    private static func create(_ request: MspRequest) async throws -> APIResponse {
        let body = request.web.json
        return try await request.writeOnce { unit in
            let past = try past(body, unit.access)
            let id = try await PastMeetings.enter(past, unit)
            return APIResponse.json(
                status: 201, headers: [(name: "Location", value: "/api/v1/msps/\(unit.msp)/facilitation/meetings/\(id)")]
            ) { $0.value(.object([("id", .string(id.description))])) }
        }
    }

    private static func join(_ request: MspRequest) async throws -> APIResponse {
        let id = try request.web.id("id")
        // The object first, its file after: another MSP's meeting is not found, whatever was sent.
        let known = try await request.read(
            Query("select 1 from facilitation.meeting where msp_id = $1 and id = $2", .id(request.msp.id), .id(id)))
        guard !known.results[0].isEmpty else { throw Refusal.notFound }
        let bytes = try ScannedSheet.upload.file(of: request.web).bytes
        try await ScannedSheet.open(bytes, request)
        return try await request.write { unit in
            try await PastMeetings.join(bytes, to: try await Meetings.lock(id, unit), unit)
            return APIResponse.json { $0.value(.object([("id", .string(id.description))])) }
        }
    }

    private static let known: Set<String> = [
        "meeting_type", "title", "started_at", "ended_at", "place", "organiser_id", "present", "cases", "indemnifiable",
    ]

    private static func past(_ body: JSONValue?, _ access: Access) throws -> PastMeetings.Past {
        guard let members = body?.objectValue else {
            throw Refusal.malformed("object_expected", "Le corps de la requête doit être un objet JSON.")
        }
        var faults = members.filter { !known.contains($0.0) }.map { FieldFault($0.0, "Ce champ n’existe pas.") }
        func need<T>(_ name: String, _ value: T?) -> T? {
            if value == nil { faults.append(FieldFault(name, "Ce champ est obligatoire.")) }
            return value
        }
        func text(_ name: String, max: Int) -> String? {
            guard let text = body?[name]?.stringValue?.trimmed, !text.isEmpty else { return nil }
            if let fault = TextRules.fault(text, max: max, lines: false) { faults.append(FieldFault(name, fault)) }
            return text
        }
        let type = need("meeting_type", body?["meeting_type"]?.stringValue.flatMap(MeetingType.init(rawValue:)))
        let start = need("started_at", body?["started_at"]?.stringValue.flatMap { Instant(iso8601: $0) })
        let end = need("ended_at", body?["ended_at"]?.stringValue.flatMap { Instant(iso8601: $0) })
        let place = need("place", text("place", max: 200))
        let title = text("title", max: 140)
        let listed = body?["present"]?.arrayValue
        let present = (listed ?? []).compactMap { $0.stringValue.flatMap { Identifier($0) } }
        if present.count != (listed ?? []).count { faults.append(FieldFault("present", "Une liste d’identifiants est attendue.")) }
        let cases = body?["cases"]?.intValue ?? 0
        if !(0...40).contains(cases) { faults.append(FieldFault("cases", "Indiquez un nombre de 0 à 40.")) }
        let organiser = need("organiser_id", body?["organiser_id"]?.stringValue.flatMap { Identifier($0) } ?? access.professional)
        guard faults.isEmpty, let type, let start, let end, let place, let organiser else { throw Refusal.invalid(faults) }
        var indemnifiable = false
        if case .bool(let given)? = body?["indemnifiable"] { indemnifiable = given }
        return PastMeetings.Past(
            type: type, title: title, start: start, end: end, place: place, organiser: organiser, present: present, cases: cases,
            indemnifiable: indemnifiable)
    }
}
