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
}
