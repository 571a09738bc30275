import Kernel
import Postgres

/// Many pieces at once for programs: the acts of « Pièces à vérifier » and « Déposer plusieurs pièces ».
struct PieceEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] { [drop, act] }

    private var drop: EndpointRoute {
        let requirement = EndpointContract.Parameter(
            "requirement", in: .query, schema: JSONSchema.text,
            summary: "What the file proves, as in the requirements of the exercise; without it the name of the file tells.")
        let name = EndpointContract.Parameter(
            "name", in: .query, schema: JSONSchema.text, summary: "Name of the file with its ending. Asked for in each upload.")
        let title = EndpointContract.Parameter(
            "title", in: .query, schema: JSONSchema.text, summary: "Title of the exhibit; that of its requirement without it.")
        let anonymity = EndpointContract.Parameter(
            "anonymity", in: .query, schema: JSONSchema.codes(Anonymity.declarations.codes.map(\.code)),
            summary: "What is declared of patients after reading the whole file, under the right to declare; nothing without it.")
        return EndpointRoute(
            .post, "aci-years/:id/exhibit-files", permission: DossierPermissions.provide,
            summary: "Deposit a file as a new exhibit in one call, under the requirement given or the one that its name tells.",
            responseSchema: JSONSchema.object([
                ("id", JSONSchema.id), ("title", JSONSchema.text), ("indicator", JSONSchema.text), ("requirement", JSONSchema.text),
            ]), contract: EndpointContract(parameters: [name, requirement, title, anonymity], success: 201, otherStatuses: [409]),
            upload: Exhibits.upload
        ) { request in
            let year = try request.web.id("id")
            _ = try await DossierYear.read(request, year, years)
            let file = try Exhibits.upload.file(of: request.web)
            guard let name = request.web.query["name"], !name.isEmpty else {
                throw Refusal.invalid("name", "Indiquez le nom du fichier dans le paramètre name.")
            }
            let said = try Self.said(request.web.query)
            let checked = try await CheckedFile(file, name: name, request)
            let piece = try await PieceBatch.place(checked, name: name, said, year: year, years, request)
            return APIResponse.json(status: 201) {
                $0.value(
                    .object([
                        ("id", .id(piece.id)), ("title", .string(piece.title)),
                        ("indicator", .string(piece.requirement.indicator.rawValue)), ("requirement", .string(piece.requirement.id)),
                    ]))
            }
        }
    }

    /// What the address says of the file, by the rules of the form; every fault at once.
    private static func said(_ query: FormValues) throws(Refusal) -> PieceBatch.Said {
        var reader = FormReader(query)
        let requirement = query["requirement"].flatMap(Requirement.of)
        if query["requirement"] != nil, requirement == nil { reader.fault("requirement", "Ce justificatif est inconnu.") }
        let title = reader.line("title", max: 160)
        let anonymity = query["anonymity"].flatMap(Anonymity.init)
        if query["anonymity"] != nil, anonymity == nil || anonymity == .notDeclared {
            reader.fault("anonymity", "Choisissez une des déclarations.")
        }
        try reader.check()
        return PieceBatch.Said(requirement: requirement, title: title, anonymity: anonymity)
    }

    private var act: EndpointRoute {
        let refused = JSONSchema.object([("id", JSONSchema.id), ("message", JSONSchema.text)])
        return EndpointRoute(
            .post, "aci-years/:id/exhibit-acts", permission: DossierPermissions.check,
            summary:
                "Declare or check many exhibits, each by its own act; what one refuses is told and the others stand. 200 exhibits at most.",
            requestSchema: JSONSchema.object(
                [
                    ("act", JSONSchema.codes(PieceBatch.Act.allCases.map(\.rawValue))), ("exhibits", JSONSchema.list(JSONSchema.id)),
                    ("anonymity", JSONSchema.codes(Anonymity.declarations.codes.map(\.code))),
                ], required: ["act", "exhibits"]),
            responseSchema: JSONSchema.object([("done", JSONSchema.list(JSONSchema.id)), ("refused", JSONSchema.list(refused))]),
            contract: EndpointContract(otherStatuses: [409])
        ) { request in
            let year = try request.web.id("id")
            let reading = try await request.read(
                Query(
                    "select 1 from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id), .id(year)))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            var body = try FaultReader(request.web, names: ["act", "exhibits", "anonymity"])
            let act: PieceBatch.Act? = body.code("act")
            let listed = body.value("exhibits")?.arrayValue
            let ids = listed?.compactMap { $0.stringValue.flatMap { Identifier($0) } }
            if listed == nil || ids?.count != listed?.count { body.fault("exhibits", "Indiquez une liste d’identifiants de pièces.") }
            let anonymity = body.text("anonymity", required: false)
            if act == .declare, anonymity.flatMap(Anonymity.init).map({ $0 != .notDeclared }) != true {
                body.fault("anonymity", "Choisissez une des déclarations.")
            }
            guard body.faults.isEmpty, let act, let ids else { throw Refusal.invalid(body.faults) }
            let values = act == .declare ? RecordValues(["anonymity": anonymity.map { .text($0) } ?? .null]) : RecordValues()
            let outcome = try await PieceBatch.perform(act, on: ids, values, request)
            return APIResponse.json {
                $0.value(
                    .object([
                        ("done", .array(outcome.done.map { .id($0) })),
                        (
                            "refused",
                            .array(outcome.refused.map { .object([("id", .id($0.id)), ("message", .string($0.message))]) })
                        ),
                    ]))
            }
        }
    }
}
