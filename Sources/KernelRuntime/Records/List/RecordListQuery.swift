import Kernel

/// What a list is asked for, whatever the face.
struct RecordListQuery: Sendable, Equatable {
    /// Text of the search box.
    var search: String
    /// Words of the search; nil when nothing was typed, empty when it holds no letter or digit: then nothing matches.
    var words: [String]?
    var filters: [ActiveFilter]
    var order: RecordOrder
    /// True when archived rows are shown too.
    var archived: Bool
    /// How far ahead a deadline may lie; nil where it was not asked.
    var deadline: DeadlineSpan?

    /// Words: letters and digits; everything else only separates, so that nothing typed reaches a pattern.
    static func words(_ text: String) -> [String] {
        text.split { !($0.isLetter || $0.isNumber) }.prefix(10).map { String($0.prefix(40)) }
    }
}

/// The page a person asks for.
struct RecordPageQuery: Sendable, Equatable {
    var list: RecordListQuery
    var page: Int
    var perPage: Int
    /// True when the panel of all filters is open, references included.
    var showsAllFilters: Bool
    /// What is not the default, as address parameters; `page` left out.
    static let sizes = [20, 25, 50, 100, 250]
    static let defaultSize = 50
    static let others: Set<String> = ["page", "per_page", "filtres"]
    private static let lastPage = 1_000_000

    /// The first page of a list.
    init(list: RecordListQuery, perPage: Int) {
        self.list = list
        self.perPage = perPage
        page = 1
        showsAllFilters = false
    }

    init(_ query: FormValues, _ plan: RecordPlan, _ filters: RecordFilters) throws {
        var faults: [FieldFault] = []
        list = RecordListQuery.read(query, plan, filters, others: Self.others, faults: &faults)
        page =
            Self.single("page", query, &faults).flatMap { text in
                if let page = Int(text), (1...Self.lastPage).contains(page) { return page }
                faults.append(FieldFault("page", "Le numéro de page est un nombre à partir de 1."))
                return nil
            } ?? 1
        perPage =
            Self.single("per_page", query, &faults).flatMap { text in
                if let size = Int(text), Self.sizes.contains(size) { return size }
                faults.append(
                    FieldFault("per_page", "Le nombre de lignes par page est \(Self.sizes.map(String.init).joined(separator: ", "))."))
                return nil
            } ?? Self.defaultSize
        showsAllFilters = false
        if let text = Self.single("filtres", query, &faults) {
            if text == "tous" {
                showsAllFilters = true
            } else {
                faults.append(FieldFault("filtres", "La seule valeur possible est « tous »."))
            }
        }
        guard faults.isEmpty else { throw RecordListQuery.refusal(faults) }
    }

    private static func single(_ name: String, _ query: FormValues, _ faults: inout [FieldFault]) -> String? {
        RecordListQuery.single(name, query, &faults)
    }
}

/// The slice a program asks for.
struct RecordSliceQuery: Sendable {
    var list: RecordListQuery
    var limit: Int
    var cursor: RecordCursor?
    /// True when the number of rows is asked too.
    var wantsTotal = false
    /// Reference fields whose names are asked too.
    var expanded: Set<String> = []

    static let others: Set<String> = ["limit", "cursor", "include", "expand"]
    static let defaultLimit = 50
    static let limits = 1...200

    init(_ query: FormValues, _ plan: RecordPlan, _ filters: RecordFilters) throws {
        var faults: [FieldFault] = []
        list = RecordListQuery.read(query, plan, filters, others: Self.others, faults: &faults)
        limit = Self.defaultLimit
        if let text = RecordListQuery.single("limit", query, &faults) {
            if let number = Int(text), Self.limits.contains(number) {
                limit = number
            } else {
                faults.append(FieldFault("limit", "Le paramètre limit est un nombre de 1 à 200."))
            }
        }
        if let text = RecordListQuery.single("cursor", query, &faults) {
            cursor = RecordCursor(text, order: list.order, plan)
            if cursor == nil { faults.append(FieldFault("cursor", "Le curseur est illisible ou ne correspond pas à l’ordre demandé.")) }
        }
        if let text = RecordListQuery.single("include", query, &faults) {
            wantsTotal = text == "total"
            if !wantsTotal { faults.append(FieldFault("include", "La seule valeur possible est total.")) }
        }
        expanded = Set(query.all("expand"))
        if let wrong = expanded.first(where: { name in plan.record.field(name)?.target == nil }) {
            faults.append(FieldFault("expand", "« \(wrong.prefix(60)) » n’est pas une référence de cette fiche."))
        }
        guard faults.isEmpty else { throw RecordListQuery.refusal(faults) }
    }
}

extension RecordListQuery {
    /// The part that the screen and the API share.
    static func read(
        _ query: FormValues, _ plan: RecordPlan, _ filters: RecordFilters, others: Set<String>, faults: inout [FieldFault]
    ) -> RecordListQuery {
        let hasDeadlines = !plan.record.deadlines.isEmpty
        let active = filters.read(query, others: hasDeadlines ? others.union([DeadlineSpan.parameter]) : others, faults: &faults)
        var deadline: DeadlineSpan?
        if hasDeadlines, let text = single(DeadlineSpan.parameter, query, &faults) {
            deadline = DeadlineSpan(rawValue: text)
            if deadline == nil {
                let possible = DeadlineSpan.allCases.map(\.rawValue).joined(separator: ", ")
                faults.append(FieldFault(DeadlineSpan.parameter, "Le filtre « Échéance » attend une de ces valeurs\u{A0}: \(possible)."))
            }
        }
        let search = single("q", query, &faults) ?? ""
        if search.count > 200 { faults.append(FieldFault("q", "La recherche est trop longue (200 caractères au plus).")) }
        if SocialSecurityNumber.isPresent(in: search) { faults.append(FieldFault("q", SocialSecurityNumber.refusal)) }
        var archived = false
        if let text = single("archived", query, &faults) {
            if text == "true" || text == "false" {
                archived = text == "true"
            } else {
                faults.append(FieldFault("archived", "Les valeurs possibles sont true et false."))
            }
        }
        var order = plan.record.order
        if let text = single("sort", query, &faults) {
            if let asked = RecordOrder(parameter: text), plan.isSortable(asked.field) {
                order = asked
            } else {
                faults.append(FieldFault("sort", "Cette liste ne peut pas être triée ainsi."))
            }
        }
        return RecordListQuery(
            search: search, words: search.isEmpty ? nil : words(search), filters: active, order: order, archived: archived,
            deadline: deadline)
    }

    /// A parameter that may be given once; a blank one counts as absent.
    static func single(_ name: String, _ query: FormValues, _ faults: inout [FieldFault]) -> String? {
        let values = query.all(name)
        if values.count > 1 { faults.append(FieldFault(name, "Le paramètre « \(name) » ne peut être donné qu’une fois.")) }
        return values.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    static func refusal(_ faults: [FieldFault]) -> Refusal {
        Refusal(
            status: 400, code: "invalid_parameter",
            message: faults.count == 1 ? faults[0].message : faults.map(\.message).joined(separator: " "), faults: faults)
    }
}

extension RecordOrder {
    /// Reads `starts_at` or `-starts_at`.
    init?(parameter: String) {
        let descending = parameter.hasPrefix("-")
        let name = descending ? String(parameter.dropFirst()) : parameter
        guard !name.isEmpty else { return nil }
        self.init(name, descending: descending)
    }

    var parameter: String { descending ? "-\(field)" : field }
}

extension RecordPlan {
    /// Texts of several lines and lists of codes have no useful order.
    func isSortable(_ name: String) -> Bool {
        guard let field = record.field(name) else { return false }
        // The order would tell what a row that one may not see is called.
        if let target = field.target, catalog.rule(of: target) != nil { return false }
        switch field.kind {
        case .longText, .choices, .references: return false
        default: return true
        }
    }

    var sortableFields: [RecordField] { record.fields.filter { isSortable($0.name) } }
}
