import HTML
import Kernel
import KernelUI

/// A form as it is shown: what is in its inputs, what was wrong, and the values that travel unseen.
struct RecordForm {
    let fields: [RecordField]
    /// Texts of the inputs by field, as stored or as typed.
    var texts: [String: [String]]
    /// Choices of reference fields.
    var options: [String: [ReferenceOptions.Option]]
    /// Of fields with more choices than a list shows.
    var known: [String: KnownChoices] = [:]
    var faults: [FieldFault] = []
    /// A sentence on the whole form, beside the faults.
    var remark: String?
    /// Absolute path that takes the form.
    let action: String
    let cancelHref: String
    let submit: String
    /// Sent unseen: revision and key.
    var hidden: [(name: String, value: String)]
    /// « un autre » or « une autre » where one goes on typing; nil elsewhere.
    var another: String?
    /// Places of files that the form may fill, one each.
    var files: [RecordFiles] = []

    private func field(_ field: RecordField) -> Field {
        Field(
            field.label, name: field.name, help: field.help, error: faults.first { $0.field == field.name }?.message,
            required: field.isRequired)
    }

    /// The form with the summary of errors on top.
    func draw(_ h: HTMLWriter, access: Access) {
        summary(h)
        h.postForm(action: action, csrf: access.csrf, changes: another == nil, hasFile: !files.isEmpty) {
            for value in hidden { h.hiddenInput(value.name, value.value) }
            if fields.contains(where: \.isMarked) { h.requiredNote() }
            for field in fields { input(field, h) }
            for slot in files {
                h.fileField(
                    Field(
                        slot.label, name: slot.input, help: slot.help ?? slot.rule.help,
                        error: faults.first { $0.field == slot.input }?.message), accept: slot.rule.accept, rule: slot.rule.upload)
            }
            h.formActions(submit: submit, cancelHref: cancelHref) {
                if let another { h.button("Enregistrer et ajouter \(another)", .name("_next"), .value("another")) }
            }
        }
    }

    /// Faults of fields that the form shows lead to them; the others are said as they are.
    func summary(_ h: HTMLWriter) {
        if let remark { h.message(remark, tone: .warn) }
        let names = Set(fields.map(\.name) + files.map(\.input))
        h.errorSummary(faults.map { names.contains($0.field) ? $0 : FieldFault("", $0.message) })
    }

    private func input(_ record: RecordField, _ h: HTMLWriter) {
        let words = field(record)
        let value = texts[record.name]?.last ?? ""
        switch record.kind {
        case .text(let max): h.textField(words, value: value, maxLength: max)
        case .longText(let max): h.textareaField(words, value: value, rows: 6, maxLength: max)
        case .email: h.emailField(words, value: value, autocomplete: "off")
        case .phone: h.phoneField(words, value: value)
        case .url: h.textField(words, value: value, type: .url, maxLength: 500, autocomplete: "off")
        case .rpps, .finess: h.textField(words, value: value, width: .short, maxLength: 20, autocomplete: "off", .inputmode("numeric"))
        case .integer: h.numberField(words, value: value, isWhole: true)
        case .decimal: h.numberField(words, value: value)
        case .minutes: h.durationField(words, value: value)
        case .money: h.moneyField(words, value: value)
        case .date: h.dateField(words, value: value)
        case .instant: h.dateTimeField(words, value: value)
        case .boolean:
            // The unticked box sends nothing: this is what says « no » in its place.
            h.hiddenInput(record.name, "false")
            h.checkField(words, isOn: value == "true" || value == "1" || value == "on")
        case .choice(let list):
            h.choiceField(
                words, options: list.codes.map { FieldOption($0.code, $0.label) }, value: value,
                none: record.isRequired ? nil : "Non précisé")
        case .choices(let list):
            h.hiddenInput(record.name, "")
            h.choicesField(words, options: list.codes.map { FieldOption($0.code, $0.label) }, values: Set(texts[record.name] ?? []))
        case .reference: reference(record, words, value, h)
        case .references: references(record, words, texts[record.name] ?? [], h)
        }
    }

    /// Texts of the inputs for values.
    static func texts(_ values: RecordValues, _ fields: [RecordField], zone: String) -> [String: [String]] {
        Dictionary(fields.map { ($0.name, FieldText.typed(values[$0.name], $0.kind, zone: zone)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Texts as they were typed.
    static func texts(_ form: FormValues, _ fields: [RecordField]) -> [String: [String]] {
        Dictionary(fields.map { ($0.name, form.all($0.name)) }, uniquingKeysWith: { first, _ in first })
    }
}

extension RecordField {
    /// Whether its label bears the mark of what must be filled in; a box says yes or no as it stands.
    fileprivate var isMarked: Bool {
        if case .boolean = kind { return false }
        return isRequired
    }
}
