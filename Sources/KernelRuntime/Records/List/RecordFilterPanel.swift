import HTML
import Kernel
import KernelUI

/// Search box, filters and their tags above a list. Plain fields of a GET form: the address holds the whole state.
struct RecordFilterPanel {
    let list: RecordListPage

    private var record: RecordType { list.record }
    private var asked: RecordPageQuery { list.asked }

    func draw(_ h: HTMLWriter) {
        h.form(.class("filters"), .method(.get), .action(list.base), .role("search")) {
            h.div(.class("filters__fields")) {
                h.div(.class("field", "field--search")) {
                    h.label(.class("field__label"), .for("filtre-q"), text: "Rechercher")
                    h.input(
                        .class("input"), .id("filtre-q"), .type(.search), .name("q"), .value(asked.list.search), .maxlength(200),
                        .autocomplete("off"),
                        .data("shortcut", "/"), .data("shortcut-label", "Rechercher dans la liste"))
                }
                h.button("Rechercher", icon: .search)
            }
            if asked.list.order != record.order { h.hiddenInput("sort", asked.list.order.parameter) }
            if asked.perPage != RecordPageQuery.defaultSize { h.hiddenInput("per_page", "\(asked.perPage)") }
            if asked.showsAllFilters { h.hiddenInput("filtres", "tous") }
            h.details(.class("details"), .open(asked.showsAllFilters || !asked.list.filters.isEmpty || asked.list.deadline != nil)) {
                h.summary(text: "Filtres")
                h.div(.class("filters__fields")) {
                    for field in record.fields where field.noFilterReason == nil { draw(field, h) }
                    if !record.deadlines.isEmpty {
                        select(
                            DeadlineSpan.parameter, "Échéance",
                            [("", "Toutes")] + DeadlineSpan.allCases.map { ($0.rawValue, $0.label.firstCapital) }, h)
                    }
                    h.div(.class("field")) {
                        choice("archived", "true", "Montrer aussi les éléments archivés", isOn: asked.list.archived, h)
                    }
                }
                reasons(h)
                h.div(.class("row")) {
                    h.button("Appliquer les filtres", size: .small)
                    if !asked.showsAllFilters, !references.isEmpty {
                        h.a(
                            .href(list.link(setting: ["filtres": "tous"])),
                            text: "Filtrer aussi par \(French.list(references.map { $0.label.lowercased() }, word: "ou"))")
                    }
                }
            }
        }
        tags(h)
    }

    private var references: [RecordField] { record.fields.filter { $0.target != nil && $0.noFilterReason == nil } }

    // MARK: Fields

    private func draw(_ field: RecordField, _ h: HTMLWriter) {
        switch FilterShape(field.kind) {
        case .contains: input(field.name, field.label, .text, h)
        case .number:
            input(field.name + "_min", "\(field.label), au moins", .text, h)
            input(field.name + "_max", "\(field.label), au plus", .text, h)
            carried(field.name, h)
        case .flag: group(field, [("true", "Oui"), ("false", "Non")], h)
        case .codes:
            group(field, list.filters.allowedCodes(field).map { ($0, field.label(of: $0, workflow: record.workflow)) }, h)
        case .period:
            select(field.name, field.label, [("", "Toutes les dates")] + Period.allCases.map { ($0.rawValue, $0.label) }, h)
            input(field.name + "_from", "\(field.label), du", .date, h)
            input(field.name + "_to", "\(field.label), au", .date, h)
        case .reference:
            if asked.showsAllFilters, let options = list.names[field.name] {
                select(field.name, field.label, [("", "Tous")] + options.map { ($0.id.description, $0.title) }, h)
            } else {
                carried(field.name, h)
            }
        }
    }

    /// A filter in use that the panel does not show stays when the form is sent again.
    private func carried(_ name: String, _ h: HTMLWriter) {
        for value in list.query.all(name) where !value.isEmpty { h.hiddenInput(name, value) }
    }

    private func input(_ name: String, _ label: String, _ type: InputType, _ h: HTMLWriter) {
        h.div(.class("field")) {
            h.label(.class("field__label"), .for("filtre-\(name)"), text: label)
            h.input(.class("input"), .id("filtre-\(name)"), .type(type), .name(name), .value(list.query[name] ?? ""), .autocomplete("off"))
        }
    }

    private func select(_ name: String, _ label: String, _ options: [(String, String)], _ h: HTMLWriter) {
        let chosen = list.query.all(name)
        h.div(.class("field")) {
            h.label(.class("field__label"), .for("filtre-\(name)"), text: label)
            h.select(.class("select"), .id("filtre-\(name)"), .name(name)) {
                for (value, text) in options {
                    h.option(.value(value), .selected(!value.isEmpty && chosen.first == value), text: text)
                }
            }
            // A select sends one value; the others of an address made by hand stay.
            for value in chosen.dropFirst() where !value.isEmpty { h.hiddenInput(name, value) }
        }
    }

    private func group(_ field: RecordField, _ options: [(String, String)], _ h: HTMLWriter) {
        let chosen = Set(list.query.all(field.name))
        h.details(.class("field", "details"), .open(!chosen.isEmpty)) {
            h.summary(text: field.label)
            h.fieldset(.class("choices", "choices--column")) {
                h.legend(.class("vh"), text: field.label)
                for (value, text) in options { choice(field.name, value, text, isOn: chosen.contains(value), h) }
            }
        }
    }

    private func choice(_ name: String, _ value: String, _ text: String, isOn: Bool, _ h: HTMLWriter) {
        h.label(.class("check")) {
            h.input(.type(.checkbox), .name(name), .value(value), .checked(isOn))
            h.span(text: text)
        }
    }

    /// Columns that cannot be filtered say why (ui-conventions 3.2).
    private func reasons(_ h: HTMLWriter) {
        for name in record.columns {
            if let field = record.field(name), let reason = field.noFilterReason {
                h.p(.class("small", "soft"), text: "\(field.label)\u{00A0}: \(reason)")
            }
        }
    }

    // MARK: Tags

    private func tags(_ h: HTMLWriter) {
        let list = asked.list
        var tags: [FilterTag] = []
        if list.words != nil { tags.append(FilterTag("Recherche\u{00A0}: \(list.search)", removeHref: self.list.link(removing: ["q"]))) }
        for filter in list.filters { tags.append(FilterTag(text(filter), removeHref: self.list.link(removing: [filter.parameter]))) }
        if let span = list.deadline {
            tags.append(
                FilterTag("Échéance\u{00A0}: \(span.label)", removeHref: self.list.link(removing: [DeadlineSpan.parameter])))
        }
        if list.archived { tags.append(FilterTag("Archives comprises", removeHref: self.list.link(removing: ["archived"]))) }
        h.filterTags(tags, clearHref: self.list.base)
    }

    private func text(_ filter: ActiveFilter) -> String {
        let field = record.fields[filter.field]
        func shown(_ value: FieldValue) -> String {
            FieldText.shown(value, field, workflow: record.workflow, zone: list.zone) ?? ""
        }
        let what: String
        switch filter.test {
        case .contains(let texts): what = "contient " + French.list(texts.map { "«\u{00A0}\($0)\u{00A0}»" }, word: "ou")
        case .equals(let values): what = French.list(values.map(shown), word: "ou")
        case .atLeast(let value): what = "au moins \(shown(value))"
        case .atMost(let value): what = "au plus \(shown(value))"
        case .flags(let flags): what = French.list(flags.map { $0 ? "oui" : "non" }, word: "ou")
        case .anyCode(let codes): what = French.list(codes.map { field.label(of: $0, workflow: record.workflow) }, word: "ou")
        case .anyID(let ids):
            let options = list.names[field.name] ?? []
            what = French.list(ids.map { id in options.first { $0.id == id }?.title ?? "élément introuvable" }, word: "ou")
        case .period(let period): what = period.label.lowercased()
        case .from(let day): what = "à partir du \(French.date(day))"
        case .to(let day): what = "jusqu’au \(French.date(day))"
        }
        return "\(field.label)\u{00A0}: \(what)"
    }
}
