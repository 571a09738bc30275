import HTML
import Kernel
import KernelUI

/// What is known of a field with more choices than a list shows: the names of what is chosen, and what a name that was typed may mean.
struct KnownChoices: Sendable {
    var chosen: [ReferenceOptions.Option] = []
    var meant: [ReferenceOptions.Option] = []
}

/// Inputs for references: a list up to 200 choices; beyond, a name is typed, the browser proposes, and the house looks it up when the form is
/// sent. Without the script everything is the same but the proposals.
extension RecordForm {
    func reference(_ record: RecordField, _ words: Field, _ value: String, _ h: HTMLWriter) {
        let choices = options[record.name] ?? []
        if choices.count <= ReferenceOptions.listLimit {
            var entries = choices.map { FieldOption($0.id.description, $0.title) }
            // What is chosen already stays, also when it was archived since.
            if !value.isEmpty, !entries.contains(where: { $0.value == value }) { entries.append(FieldOption(value, "Choix actuel")) }
            h.selectField(words, options: entries, value: value, none: "—")
            return
        }
        let known = known[record.name] ?? KnownChoices()
        h.nameField(words, value: typed([value], known), suggest: suggest(record)) {
            // First, so that a name that is typed below has the last word.
            guard !known.chosen.isEmpty || !known.meant.isEmpty else { return }
            let meaning = known.meant.isEmpty ? "choix actuel" : "noms proches"
            h.select(.class("select"), .name(record.name), .aria(.label, "\(record.label)\u{A0}: \(meaning)")) {
                h.option(.value(""), text: "—")
                for option in known.chosen + known.meant {
                    h.option(.value(option.id.description), .selected(option.id.description == value), text: option.title)
                }
            }
        }
    }

    func references(_ record: RecordField, _ words: Field, _ values: [String], _ h: HTMLWriter) {
        let choices = options[record.name] ?? []
        let chosen = Set(values)
        // Nothing ticked sends nothing: this is what empties the field.
        h.hiddenInput(record.name, "")
        guard choices.count > ReferenceOptions.listLimit else {
            let gone = chosen.filter { id in Identifier(id) != nil && !choices.contains { $0.id.description == id } }
            let entries =
                choices.map { FieldOption($0.id.description, $0.title) } + gone.sorted().map { FieldOption($0, "Choix actuel") }
            return h.choicesField(words, options: entries, values: chosen)
        }
        let known = known[record.name] ?? KnownChoices()
        h.fieldGroup(words) {
            h.div(.class("choices")) {
                for option in known.chosen + known.meant {
                    h.label(.class("choice")) {
                        h.input(
                            .type(.checkbox), .name(record.name), .value(option.id.description),
                            .checked(chosen.contains(option.id.description)))
                        h.span(text: option.title)
                    }
                }
            }
            h.nameField(
                Field("Ajouter", name: record.name, id: "\(words.id)-nom"), value: typed(values, known), suggest: suggest(record))
        }
    }

    /// A name that was typed and is still to be found; one that may mean several is chosen above.
    private func typed(_ values: [String], _ known: KnownChoices) -> String {
        known.meant.isEmpty ? values.last { !$0.isEmpty && Identifier($0) == nil } ?? "" : ""
    }

    private func suggest(_ record: RecordField) -> String { "\(action)?\(ReferenceProposals.parameter)=\(record.name)&q=" }
}

/// Names that match what is being typed in a form, asked by its script at the form's own address: the same rights, the same choices.
struct ReferenceProposals {
    static let parameter = "_choix"

    /// The record that the form is about, or whose lines it is about.
    let plan: RecordPlan
    let fields: [RecordField]

    /// Nil where the form itself is asked.
    func answer(_ request: MspRequest, of subject: Identifier?) async throws -> PageResponse? {
        guard let name = request.web.query[Self.parameter] else { return nil }
        guard let field = fields.first(where: { $0.name == name && $0.target != nil }) else { throw Refusal.notFound }
        let msp = request.msp.id
        let words = RecordListQuery.words(String((request.web.query["q"] ?? "").prefix(200)))
        let options = ReferenceOptions(choicesOf: [field], matching: words)
        let reading = try await request.read(plan, and: try options.queries(msp: msp, of: subject, plan.catalog)) { bound in
            try subject.map { [try plan.one(msp: msp, $0, bound: bound)] } ?? []
        }
        if subject != nil, reading.results[0].isEmpty { throw Refusal.notFound }
        let names = try options.names(reading.results.dropFirst(subject == nil ? 0 : 1), plan.catalog, reading.access)[name] ?? []
        return .fragment(access: reading.access) { h in for option in names { h.option(.value(option.title)) } }
    }
}

extension RecordFormScreens {
    /// Looks up what the texts of fields with too many choices for a list stand for; one more round trip, only where there are such.
    func recognise(_ form: inout RecordForm, of subject: Identifier?, _ request: MspRequest, _ access: Access) async throws {
        var queries: [Query] = []
        var places: [(field: String, isChosen: Bool, target: ReferenceTarget)] = []
        for field in form.fields {
            guard let target = field.target, (form.options[field.name] ?? []).count > ReferenceOptions.listLimit else { continue }
            let choice = ReferenceChoice(target, plan.catalog)
            let bound = plan.catalog.binds(target, access)
            let texts = (form.texts[field.name] ?? []).map(\.trimmed).filter { !$0.isEmpty }
            let ids = texts.compactMap { Identifier($0) }
            if !ids.isEmpty {
                queries.append(try choice.named(choice.cells, msp: request.msp.id, ids, bound: bound, order: choice.order))
                places.append((field.name, true, target))
            }
            if let typed = texts.last(where: { Identifier($0) == nil }) {
                queries.append(
                    try choice.matching(RecordListQuery.words(typed), msp: request.msp.id, of: subject, bound: bound))
                places.append((field.name, false, target))
            }
        }
        guard !queries.isEmpty else { return }
        for (place, rows) in zip(places, try await request.read(all: queries).results) {
            let options = try ReferenceOptions.options(rows, place.target, access)
            var known = form.known[place.field] ?? KnownChoices()
            if place.isChosen { known.chosen = options } else { known.meant = options }
            form.known[place.field] = known
        }
    }
}
