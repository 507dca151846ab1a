"""The six stages of InsurTech-PIPDR2, in the order of the loop; a stage knows those before it and none after."""
