import HTML
import Kernel
import KernelUI

/// The page shown when a record changed while a form was open: one's own entry beside the present version, field by
/// field, and a choice for each.
struct RecordComparison {
    let plan: RecordPlan
    let access: Access
    let fields: [RecordField]
    /// The form as it was sent.
    let mine: FormValues
    let current: RecordRow
    let options: [String: [ReferenceOptions.Option]]
    /// Address of the object, whose form is `modifier`, and where one goes when it is left.
    let href: String
    let crumbs: [Crumb]
    let cancelHref: String

    private var zone: String { access.msp.timeZone }

    var page: Page {
        let title = plan.title(current.values, titles: current.titles)
        return Page(
            access: access, title: "Modifié entre-temps\u{00A0}: \(title)",
            crumbs: crumbs, status: 409,
            body: { h in draw(h) })
    }

    /// Fields whose two versions differ.
    private var differing: [RecordField] {
        fields.filter { field in
            guard mine.names.contains(field.name) else { return false }
            return typed(field) != FieldText.typed(current.values[field.name], field.kind, zone: zone).filter { !$0.isEmpty }
        }
    }

    private func typed(_ field: RecordField) -> [String] {
        let texts = mine.all(field.name).filter { !$0.isEmpty }
        if case .choices = field.kind { return texts }
        if field.isMany { return texts.sorted() }
        guard let last = mine.all(field.name).last else { return [] }
        // Compared in the standard form, so that « 1h15 » equals « 1 h 15 ».
        if case .success(let value) = FieldText.value(last, field.kind, zone: zone) {
            return FieldText.typed(value, field.kind, zone: zone).filter { !$0.isEmpty }
        }
        return [last]
    }

    private func draw(_ h: HTMLWriter) {
        let differing = differing
        let names = Set(differing.map(\.name))
        h.message(
            "Cette fiche a été modifiée pendant que vous la remplissiez. Rien n’a été enregistré. Choisissez, pour chaque champ, la version à garder.",
            tone: .warn)
        h.postForm(action: "\(href)/modifier", csrf: access.csrf) {
            h.hiddenInput("revision", "\(current.revision)")
            h.hiddenInput("_key", Token.make().text)
            for field in fields where mine.names.contains(field.name) && !names.contains(field.name) {
                for text in mine.all(field.name) { h.hiddenInput(field.name, text) }
            }
            if differing.isEmpty { h.p(text: "Les deux versions sont identiques.") }
            for field in differing { versions(field, h) }
            h.formActions(submit: "Enregistrer les versions choisies", cancelHref: cancelHref)
        }
    }

    private func versions(_ field: RecordField, _ h: HTMLWriter) {
        for text in mine.all(field.name) { h.hiddenInput(field.name, text) }
        let name = RecordFormReader.choicePrefix + field.name
        h.fieldGroup(Field(field.label, name: name)) {
            h.div(.class("choices", "choices--column")) {
                choice(name, "mine", "Votre saisie", shownMine(field), isOn: true, h)
                let title = current.titles[field.name]
                choice(
                    name, "theirs", "Version actuelle",
                    FieldText.shown(current.values[field.name], field, workflow: nil, zone: zone, title: title) ?? "—", isOn: false, h)
            }
        }
    }

    private func choice(_ name: String, _ value: String, _ label: String, _ text: String, isOn: Bool, _ h: HTMLWriter) {
        h.label(.class("choice")) {
            h.input(.type(.radio), .name(name), .value(value), .checked(isOn))
            h.span { h.text("\(label)\u{00A0}: \(text)") }
        }
    }

    private func shownMine(_ field: RecordField) -> String {
        let texts = typed(field)
        guard let first = texts.first else { return "—" }
        if case .choices(let list) = field.kind { return texts.map(list.label).joined(separator: ", ") }
        if field.target != nil {
            return texts.map { text in options[field.name]?.first { $0.id.description == text }?.title ?? text }.joined(separator: ", ")
        }
        if case .success(let value) = FieldText.value(first, field.kind, zone: zone) {
            return FieldText.shown(value, field, workflow: nil, zone: zone) ?? "—"
        }
        return first
    }
}
