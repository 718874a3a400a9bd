import { grade } from '../../grade.ts';
import { evidence } from '../parts.ts';
import { logged } from '../powertools.ts';
import { awsTools } from '../tools.ts';

/** What Lambda calls for this task of the workflow. */
export const handler = logged('Grade', grade(awsTools([evidence])));
