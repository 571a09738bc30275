import Kernel

/// Papers of an object for programs: what there is, each as PDF, and its sealed copies.
struct PaperAPI: Sendable {
    let plan: RecordPlan
    private var record: RecordType { plan.record }

    static func endpoints(_ plan: RecordPlan) -> [EndpointRoute] {
        guard !plan.record.papers.isEmpty else { return [] }
        let api = PaperAPI(plan: plan)
        return [api.list] + plan.record.papers.flatMap(api.endpoints)
    }

    private func endpoints(_ paper: Paper) -> [EndpointRoute] {
        let words = APIWords(record)
        let screens = PaperScreens(plan: plan, paper: paper)
        let place = "\(plan.oneApiPath)/papers/\(paper.segment)"
        let permission = paper.permission ?? record.permissions.read
        let sealer = paper.seal?.act.map { "The act `\($0)` seals it" } ?? "It is sealed"
        let sealing = paper.seal == nil ? "" : " \(sealer): the sealed copy is given while it stands, byte for byte."
        var routes = [
            EndpointRoute(
                .get, place, permission: permission, summary: "Print a document of \(words.one)",
                explanation: "On screen: « \(paper.title) ». Refused while something that it must show is missing.\(sealing)",
                responseSchema: .object([]),
                contract: EndpointContract(
                    operationID: "\(record.id).\(paper.name)_paper", mediaType: "application/pdf", otherStatuses: [409, 503])
            ) { request in
                let answer = try await screens.answer(request)
                if let file = answer.kept { return APIResponse(Download(file)) }
                let made = try await screens.document(answer)
                return APIResponse(Download(try await request.print(made.document), name: made.name))
            }
        ]
        if paper.seal != nil {
            routes.append(
                EndpointRoute(
                    .get, "\(place)/:file_id", permission: permission, summary: "Open a sealed copy of a document of \(words.one)",
                    explanation: "Of now or of before, as `papers` lists them.", responseSchema: .object([]),
                    contract: EndpointContract(
                        operationID: "\(record.id).\(paper.name)_copy", mediaType: "application/pdf", otherStatuses: [409])
                ) { request in APIResponse(Download(try await screens.copy(request, "file_id"))) })
        }
        return routes
    }

    // MARK: What there is

    private static let copy = JSONSchema.object([
        ("id", JSONSchema.id), ("version", JSONSchema.integer), ("sha256", JSONSchema.text), ("size", JSONSchema.integer),
        ("sealed_at", JSONSchema.instant), ("replaced_at", JSONSchema.optional(JSONSchema.instant)),
    ])

    private static let line = JSONSchema.object([
        ("name", JSONSchema.text), ("title", JSONSchema.text), ("missing", JSONSchema.list(JSONSchema.text)),
        ("copies", JSONSchema.list(JSONSchema.named("SealedCopy", copy))),
    ])

    private var list: EndpointRoute {
        EndpointRoute(
            .get, "\(plan.oneApiPath)/papers", permission: record.permissions.read, summary: "Documents of \(APIWords(record).one)",
            explanation: "Those that the caller may open: what each still needs before it can be made, and its sealed copies.",
            responseSchema: JSONSchema.object([("data", JSONSchema.list(JSONSchema.named("Paper", Self.line)))]),
            contract: EndpointContract(operationID: "\(record.id).papers")
        ) { request in
            let (msp, id) = (request.msp.id, try plan.subject(request))
            let lines = plan.shownLines
            let others = [RecordFile.query(msp: msp, record, of: id)] + (try plan.lineQueries(msp: msp, id))
            let reading = try await request.read(plan, and: others) { bound in [try plan.one(msp: msp, id, bound: bound)] }
            guard let row = try reading.results[0].first.map({ try RecordRow($0, record) }) else { throw Refusal.notFound }
            let files = try reading.results[1].map { try RecordFile($0) }
            let counts = Dictionary(
                zip(lines.map(\.lines.name), reading.results.dropFirst(2).map(\.count)), uniquingKeysWith: { first, _ in first })
            let papers = record.papers.filter { reading.access.can($0.permission ?? record.permissions.read) }
            let data = papers.map { paper -> JSONValue in
                let missing = PaperNeeds(plan: plan, paper: paper).missing(row.values, counts).map(\.message)
                return .object([
                    ("name", .string(paper.name)), ("title", .string(paper.title)), ("missing", .texts(missing)),
                    ("copies", .array(files.filter { $0.slot == paper.name }.map(\.sealedJSON))),
                ])
            }
            return APIResponse.json { $0.value(.object([("data", .array(data))])) }
        }
    }
}

extension RecordFile {
    /// A sealed copy as programs see it.
    fileprivate var sealedJSON: JSONValue {
        .object([
            ("id", .id(id)), ("version", .integer(version)), ("sha256", .string(sha256)), ("size", .integer(size)),
            ("sealed_at", .instant(createdAt)), ("replaced_at", .instant(replacedAt)),
        ])
    }
}

extension Download {
    /// What was printed now.
    fileprivate init(_ printed: PrintedDocument, name: String) {
        self.init(name: "\(name).\(printed.fileExtension)", mediaType: printed.mediaType, size: printed.bytes.count, isInline: true) {
            send in
            try await send(printed.bytes)
        }
    }
}
