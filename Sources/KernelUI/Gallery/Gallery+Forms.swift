import HTML
import Kernel

extension Gallery {
    private static let photo = UploadRule(maximumBytes: 20_000_000, tooLarge: "La photo est trop lourde : 20 Mo au plus.")

    /// Every input with a value, one of them refused.
    func inputs(_ h: HTMLWriter) {
        h.postForm(action: action, csrf: csrf, guarded: false, changes: false, hasFile: true) {
            h.div(.class("grid-2")) {
                h.textField(
                    Field("Intitulé", name: "gallery_title", help: "Ce que l’on lira dans les listes.", required: true),
                    value: "Convention",
                    maxLength: 120)
                h.textField(
                    Field("Intitulé", name: "gallery_error", error: "Indiquez un intitulé.", required: true, id: "gallery-title-error"))
                h.emailField(Field("Adresse de messagerie", name: "gallery_email"), value: "claire@exemple.fr")
                h.phoneField(Field("Téléphone", name: "gallery_phone"), value: "02 98 00 00 00")
                h.passwordField(Field("Mot de passe", name: "gallery_password"))
                h.codeField(Field("Code à six chiffres", name: "gallery_code"))
                h.numberField(Field("Places", name: "gallery_number"), value: "12", unit: "places", isWhole: true)
                h.moneyField(Field("Montant", name: "gallery_money"), value: "1 250,00")
                h.durationField(Field("Durée", name: "gallery_duration"), value: "1 h 15")
                h.dateField(Field("Jour", name: "gallery_date"), value: "2026-03-12", min: "2026-01-01", max: "2026-12-31")
                h.timeField(Field("Heure", name: "gallery_time"), value: "18:30")
                h.dateTimeField(Field("Début", name: "gallery_instant"), value: "2026-03-12T18:30")
                h.fileField(Field("Photo", name: "gallery_file"), accept: ".jpg,image/jpeg", rule: Self.photo)
                h.field(label: "Champ d’un autre genre", name: "gallery_other") { field in
                    h.input(.class("input"), .id(field.id), .name(field.name), .type(.text))
                }
            }
            h.textareaField(Field("Remarque", name: "gallery_note"), value: "Sur plusieurs lignes.", rows: 3, maxLength: 2_000)
            h.hiddenInput("gallery_hidden", "1")
        }
    }

    /// Few options are buttons, many a list.
    func choices(_ h: HTMLWriter) {
        let few = [FieldOption("A", "Présentiel"), FieldOption("B", "Visioconférence"), FieldOption("C", "Mixte", disabled: true)]
        h.div(.class("grid-2")) {
            h.choiceField(Field("Forme", name: "gallery_choice", required: true), options: few, value: "A")
            h.choiceField(
                Field("Mois", name: "gallery_month"), options: (1...12).map { FieldOption("\($0)", "Mois \($0)") }, value: "3")
            h.selectField(Field("Responsable", name: "gallery_select"), options: few, value: "B", none: "Personne")
            h.nameField(Field("Situation", name: "gallery_name"), suggest: "?q=")
            h.choicesField(Field("Destinataires", name: "gallery_choices"), options: few, values: ["A", "B"])
            h.checkField(Field("Prévenir par courriel", name: "gallery_check", help: "Un message par jour au plus."), isOn: true)
            h.fieldGroup(Field("Jour et heure", name: "gallery_group")) {
                h.input(.class("input input--short"), .type(.date), .aria(.label, "Jour"))
                h.input(.class("input input--tiny"), .type(.time), .aria(.label, "Heure"))
            }
        }
    }

    /// A form as a whole, and the question before a serious act.
    func forms(_ h: HTMLWriter) {
        h.postForm(action: action, csrf: csrf, guarded: false, changes: false) {
            h.requiredNote()
            h.formSection("Identité") { h.textField(Field("Nom", name: "gallery_name", required: true), value: "Morvan") }
            h.formActions(cancelHref: action) { h.button("Enregistrer et continuer", type: .button) }
        }
        h.confirmation(
            "Archiver la réunion du 12 mars ?", action: action, csrf: csrf, submit: "Archiver", cancelHref: action,
            consequences: ["Elle quitte les listes.", "Ses preuves restent."],
            reason: Field("Motif", name: "gallery_reason", required: true), isDestructive: true)
    }
}
