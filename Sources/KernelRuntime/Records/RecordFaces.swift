public import Kernel

/// The two faces of one record, from one declaration: pages for people, endpoints for programs.
public struct RecordFaces: Sendable {
    /// Paths below the module's path.
    public let pages: [PageRoute]
    /// Paths below the module's id.
    public let endpoints: [EndpointRoute]

    /// Composes the statements and the routes. A record whose names are no identifiers gets routes that answer with an
    /// error; `faults` says so before the start.
    public init(record: RecordType, module: ModuleManifest, catalog: RecordCatalog) {
        let plan = RecordPlan(record: record, module: module, catalog: catalog)
        pages = Self.pages(plan)
        endpoints = RecordAPI(plan).endpoints
    }

    private static func pages(_ plan: RecordPlan) -> [PageRoute] {
        let record = plan.record
        let permissions = record.permissions
        let list = RecordListScreen(plan)
        let object = RecordObjectScreen(plan: plan)
        let forms = RecordFormScreens(plan: plan)
        let acts = RecordActionScreens(plan: plan)
        let base = record.path
        let one = plan.onePath
        var routes = record.isSheet ? [] : [PageRoute(.get, base, permission: permissions.read, handle: list.answer)]
        if let permission = permissions.create {
            routes.append(PageRoute(.get, "\(base)/nouveau", permission: permission, handle: forms.blank))
            routes.append(PageRoute(.post, "\(base)/nouveau", permission: permission, upload: forms.inputs.upload, handle: forms.create))
        }
        routes.append(PageRoute(.get, one, permission: permissions.read, handle: object.answer))
        if let permission = permissions.update {
            routes.append(PageRoute(.get, "\(one)/modifier", permission: permission, handle: forms.edit))
            routes.append(PageRoute(.post, "\(one)/modifier", permission: permission, upload: forms.inputs.upload, handle: forms.update))
        }
        if let permission = permissions.archive {
            routes.append(PageRoute(.post, "\(one)/archiver", permission: permission) { try await acts.archive(true, $0) })
            routes.append(PageRoute(.post, "\(one)/retablir", permission: permission) { try await acts.archive(false, $0) })
        }
        for action in record.actions {
            routes.append(PageRoute(.get, "\(one)/\(action.path)", permission: action.permission) { try await acts.ask(action, $0) })
            routes.append(PageRoute(.post, "\(one)/\(action.path)", permission: action.permission) { try await acts.act(action, $0) })
        }
        return routes + plan.shownLines.flatMap { LineScreens(plan: plan, lines: $0).routes(one) } + RecordFileScreens.pages(plan)
            + PaperScreens.pages(plan)
    }

    /// What is wrong with a declaration beyond what its types say, one English sentence each, for the boot checks.
    public static func faults(_ record: RecordType) -> [String] {
        var faults: [String] = []
        do {
            _ = try RecordSQL(record)
        } catch {
            faults.append("a table or column name is not lower_snake.")
        }
        let reserved: Set<String> = [
            "id", "revision", "created_at", "updated_at", "archived_at", "msp_id", "q", "sort", "archived", "page", "per_page", "filtres",
            "limit",
            "cursor", "retour", "onglet", DeadlineSpan.parameter,
        ]
        for field in record.fields where reserved.contains(field.name) || field.name.hasPrefix("_") {
            faults.append("the field name \(field.name) is reserved.")
        }
        let parameters = RecordFilters(record).parameters.map(\.name)
        let doubled = Dictionary(grouping: parameters, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
        faults += doubled.map { "two filters are called \($0)." }
        if let order = record.field(record.order.field) {
            switch order.kind {
            case .longText, .choices, .references: faults.append("it cannot be ordered by \(order.name).")
            default: break
            }
        }
        faults += DeadlineFaults.of(record) + RecordFileFaults.of(record) + PaperFaults.of(record)
        faults += record.counts.compactMap { RecordCounting.fault($0, record) }
        faults += (record.findable ?? []).filter { record.field($0) == nil }.map {
            "the search tells the field \($0), which it does not have."
        }
        for panel in record.panels {
            switch panel {
            case .facts(_, let names):
                faults += names.filter { record.field($0) == nil }.map { "a panel shows the field \($0), which it does not have." }
            case .lines(let name):
                if !record.lines.contains(where: { $0.name == name && $0.isShown }) {
                    faults.append("a panel shows the lines \(name), which it does not have.")
                }
            case .files: if record.files.isEmpty { faults.append("a panel shows files, and it has none.") }
            case .related, .custom: break
            }
        }
        for action in record.actions where action.apiPath == "restore" {
            faults.append("the action \(action.id) uses the API path of restoring.")
        }
        return faults
    }
}
