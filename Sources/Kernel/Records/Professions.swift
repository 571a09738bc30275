extension CodeList {
    /// Professions of a team, also those by which people are invited and paid (missions.md 16, PROFESSION).
    public static let profession = CodeList(
        "PROFESSION",
        [
            ("GP", "Médecin généraliste"), ("SPECIALIST", "Médecin spécialiste"), ("PHARMACIST", "Pharmacien·ne"),
            ("DENTIST", "Chirurgien·ne-dentiste"), ("MIDWIFE", "Sage-femme"), ("NURSE", "Infirmier·ère"),
            ("IPA", "Infirmier·ère en pratique avancée"), ("NURSE_ASALEE", "Infirmier·ère Asalée"),
            ("PHYSIO", "Masseur·se-kinésithérapeute"),
            ("PODIATRIST", "Pédicure-podologue"), ("SPEECH", "Orthophoniste"), ("ORTHOPTIST", "Orthoptiste"), ("OT", "Ergothérapeute"),
            ("DIETITIAN", "Diététicien·ne"), ("PSYCHOMOT", "Psychomotricien·ne"), ("OPTICIAN", "Opticien·ne"),
            ("AUDIO", "Audioprothésiste"),
            ("BIOLOGIST", "Biologiste"), ("PHARM_TECH", "Préparateur·rice en pharmacie"), ("PSYCHOLOGIST", "Psychologue"),
            ("OSTEOPATH", "Ostéopathe"), ("APA_TEACHER", "Enseignant·e en activité physique adaptée"),
            ("SOCIAL_WORKER", "Assistant·e de service social"), ("MEDIATOR", "Médiateur·rice en santé"),
            ("MEDICAL_ASSISTANT", "Assistant·e médical·e"), ("SECRETARY", "Secrétaire"), ("COORDINATOR", "Coordinateur·rice"),
            ("INTERN", "Interne"), ("STUDENT", "Étudiant·e"), ("OTHER", "Autre"),
        ])

    /// How a person is addressed, which titles agree with.
    public static let civility = CodeList("CIVILITY", [("MME", "Madame"), ("M", "Monsieur")])

    /// A person's profession in that person's form, from `kernel.professional.said_profession`: « NURSE:MME » is « Infirmière ».
    public static func profession(of said: String) -> String {
        let parts = said.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return profession.label(said) }
        return FrenchAgreement.form(profession.label(String(parts[0])), civility: String(parts[1]))
    }
}
